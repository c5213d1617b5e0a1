"""What was given along referrals adds up, and a quota falls by what was approved alone. Derived: `manage.py rebuild`."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0001_start'),
    ]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='quota_of',
            field=models.CharField(blank=True, db_index=True, max_length=40, verbose_name='占用名额的资源'),
        ),
        migrations.AddField(
            model_name='referral',
            name='sessions',
            field=models.PositiveBigIntegerField(null=True, verbose_name='累计服务次数'),
        ),
        migrations.AlterField(
            model_name='referral',
            name='amount',
            field=models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name='累计金额（元）'),
        ),
    ]
