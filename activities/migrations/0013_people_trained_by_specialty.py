import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0012_all_tables'),
        ('partnerships', '0011_all_tables'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='trainedperson',
            name='activities__year_cca4d1_idx',
        ),
        migrations.AddField(
            model_name='trainedperson',
            name='specialty',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.specialty', verbose_name='specialty'),
        ),
        migrations.AddIndex(
            model_name='trainedperson',
            index=models.Index(fields=['specialty', 'year', 'month', 'party_set', 'professional'], name='activities__special_22d37f_idx'),
        ),
    ]
