import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0003_programmes_people_follow_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PlacementEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_on", models.DateField(verbose_name="day")),
                ("text", models.CharField(max_length=500, verbose_name="what was done")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="by"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="activities.placement", verbose_name="placement"),
                ),
            ],
            options={
                "verbose_name": "line of the log of a placement",
                "verbose_name_plural": "log of a placement",
                "ordering": ["placement", "-done_on", "-pk"],
            },
        ),
    ]
