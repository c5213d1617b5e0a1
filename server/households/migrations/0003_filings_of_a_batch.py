from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0002_lists_by_range"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="batch",
            field=models.CharField(blank=True, default="", max_length=64, verbose_name="导入批次"),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(condition=models.Q(("batch", ""), _negated=True), fields=["batch"], name="filing_by_batch"),
        ),
    ]
