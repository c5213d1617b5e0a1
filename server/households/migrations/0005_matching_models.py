"""Models kept in the database, by which model evidence met its equals, and which model this installation begins with.

The newest bundled one at this moment: a later version of the program may bring another, and that goes live by
somebody's decision only.
"""

import json
from pathlib import Path

from django.db import migrations, models


def note_the_first(apps, schema_editor):
    folder = Path(__file__).parents[1] / "matching" / "models"
    names = sorted((path.stem.split("-") for path in folder.glob("household-*-*.json")), key=lambda n: (n[1], int(n[2])))
    content = json.loads((folder / f"{'-'.join(names[-1])}.json").read_text(encoding="utf-8"))
    apps.get_model("households", "MatchingModel").objects.create(
        hash=content["hash"], name=content["id"], is_first=True
    )


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0004_opinions'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='model',
            field=models.CharField(default='', max_length=64, verbose_name='模型校验和'),
        ),
        migrations.CreateModel(
            name='MatchingModel',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='校验和')),
                ('name', models.CharField(max_length=40, verbose_name='编号')),
                ('is_first', models.BooleanField(default=False, verbose_name='默认')),
                ('kept_at', models.DateTimeField(null=True, verbose_name='存入时间')),
                ('wrapped_key', models.BinaryField(default=b'')),
                ('sealed', models.BinaryField(default=b'', verbose_name='内容（加密）')),
                ('asked_at', models.DateTimeField(null=True, verbose_name='要求试算时间')),
                ('tried_at', models.DateTimeField(null=True, verbose_name='试算时间')),
                ('against', models.CharField(blank=True, default='', max_length=64, verbose_name='与之相比的模型')),
                ('report', models.BinaryField(default=b'', verbose_name='试算报告（加密）')),
                ('fault', models.CharField(blank=True, default='', max_length=200, verbose_name='试算未成')),
            ],
            options={
                'verbose_name': '比对模型',
                'verbose_name_plural': '比对模型',
                'constraints': [models.UniqueConstraint(fields=('name',), name='matching_model_name_once'), models.UniqueConstraint(condition=models.Q(('is_first', True)), fields=('is_first',), name='matching_model_one_first')],
            },
        ),
        migrations.RunPython(note_the_first, migrations.RunPython.noop),
    ]
