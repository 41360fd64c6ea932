from django.db import migrations

from core.trigrams import add_trigrams, drop_trigrams

COLUMNS = [
    ("partnerships_institution", "search_text"),
    ("partnerships_institutionname", "folded"),
    ("partnerships_partnership", "search_text"),
]


def add(apps, schema_editor):
    add_trigrams(schema_editor, COLUMNS)


def drop(apps, schema_editor):
    drop_trigrams(schema_editor, COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0007_fill_search_words")]

    operations = [migrations.RunPython(add, drop)]
