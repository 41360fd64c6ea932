from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_rungs_as_long_as_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="Switch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="name")),
                ("is_on", models.BooleanField(default=False, verbose_name="on")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed at")),
            ],
            options={
                "verbose_name": "switch",
                "verbose_name_plural": "switches",
                "ordering": ["name"],
            },
        ),
    ]
