from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0009_indexes_of_long_lists'),
        ('partnerships', '0010_terminated_by_consent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='activityparty',
            name='activities__side_a7a8a7_idx',
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(fields=['side', 'institution', 'activity'], name='activities__side_704a79_idx'),
        ),
    ]
