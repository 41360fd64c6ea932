from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0008_fill_totals'),
        ('partnerships', '0010_terminated_by_consent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='total',
            name='activities__year_abe4c1_idx',
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['status', '-starts_on', 'id'], name='activities__status_8be604_idx'),
        ),
        migrations.AddIndex(
            model_name='total',
            index=models.Index(fields=['party_set', 'kind', 'specialty', 'month', 'year'], name='activities__party_s_897fca_idx'),
        ),
    ]
