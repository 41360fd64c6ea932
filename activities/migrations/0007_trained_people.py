import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0006_totals'),
    ]

    operations = [
        migrations.CreateModel(
            name='TrainedPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('month', models.PositiveSmallIntegerField(verbose_name='month')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('party_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='activities.partyset', verbose_name='set of parties')),
                ('professional', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='activities.professional', verbose_name='professional')),
            ],
            options={
                'verbose_name': 'person trained',
                'verbose_name_plural': 'people trained',
                'ordering': ['year', 'month', 'pk'],
                'indexes': [models.Index(fields=['year', 'month', 'party_set', 'professional'], name='activities__year_cca4d1_idx')],
            },
        ),
    ]
