from django.db import migrations

from core.trigrams import add_trigrams, drop_trigrams

COLUMNS = [("activities_professional", "search_text")]


def add(apps, schema_editor):
    add_trigrams(schema_editor, COLUMNS)


def drop(apps, schema_editor):
    drop_trigrams(schema_editor, COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_placement_log")]

    operations = [migrations.RunPython(add, drop)]
