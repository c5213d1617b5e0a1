"""One filing to an instance. Of several the one whose submission is really called so counts; of these the one received
first, ties by the lower hash. The others state nothing any more: their texts stay, `rebuild` tells what became of them.
"""

from django.db import migrations, models


def keep_one(apps, schema_editor):
    filings = apps.get_model("households", "Filing").objects.using(schema_editor.connection.alias)
    twice = filings.values("instance").annotate(times=models.Count("pk")).filter(times__gt=1)
    for instance in list(twice.values_list("instance", flat=True)):
        rows = filings.filter(instance=instance).values_list(
            "pk", "submission__instance_id", "submission__received_at", "submission__xml_sha256"
        )
        first, *others = sorted(rows, key=lambda row: (row[1] != instance, row[2], row[3]))
        filings.filter(pk__in=[row[0] for row in others]).delete()
    if schema_editor.connection.vendor == "postgresql":
        # What the foreign keys still have to check would keep the table from being altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ("households", "0006_standing"),
        ("sync", "0003_fetched_scopes"),
        # What points to a filing goes with it.
        ("visits", "0001_start"),
    ]

    operations = [
        migrations.RunPython(keep_one, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name="filing",
            name="filing_by_instance",
        ),
        migrations.AddConstraint(
            model_name="filing",
            constraint=models.UniqueConstraint(fields=("instance",), name="filing_instance_once"),
        ),
    ]
