from django.db import migrations

from core.folding import sort_key


def fill(apps, schema_editor):
    """The names and sort keys of institutions that were there before."""
    Institution = apps.get_model("partnerships", "Institution")
    InstitutionName = apps.get_model("partnerships", "InstitutionName")
    from partnerships.models import Institution as Present  # for names(), which reads fields only

    for old in Institution.objects.iterator(chunk_size=500):
        present = Present(pk=old.pk, name_ar=old.name_ar, name_fr=old.name_fr, name_en=old.name_en, aliases=old.aliases)
        InstitutionName.objects.bulk_create(
            InstitutionName(institution_id=old.pk, text=name.text, folded=name.folded, kind=name.kind) for name in present.names()
        )
        Institution.objects.filter(pk=old.pk).update(sort_key=sort_key(old.name_ar or old.name_fr or old.name_en))


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0002_needs_offers_matching")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
