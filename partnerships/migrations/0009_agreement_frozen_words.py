from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0008_trigram_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="frozen_words",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
