from django.db import migrations


def fill(apps, schema_editor):
    """The words of institutions that were there before."""
    from partnerships.models.institution import Institution as Present
    from partnerships.models.institution import keep_words  # reads two fields, writes the new table

    rows = apps.get_model("partnerships", "Institution").objects.order_by("pk").values_list("pk", "search_text")
    part = []
    for pk, search_text in rows.iterator(chunk_size=1_000):
        part.append(Present(pk=pk, search_text=search_text))
        if len(part) == 1_000:
            keep_words(part)
            part = []
    keep_words(part)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0006_search_words_and_not_doubles")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
