from django.db import migrations


def fill(apps, schema_editor):
    """What the activities validated so far add up to."""
    from activities.totals import rebuild

    rebuild(apps)


class Migration(migrations.Migration):
    dependencies = [("activities", "0007_trained_people")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
