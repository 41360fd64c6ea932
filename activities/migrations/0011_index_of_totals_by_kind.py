from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0010_index_of_hosts'),
        ('partnerships', '0010_terminated_by_consent'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='total',
            index=models.Index(fields=['kind', 'month', 'year', 'specialty'], name='activities__kind_5bad2f_idx'),
        ),
    ]
