import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0005_trigram_index_of_people'),
        ('partnerships', '0010_terminated_by_consent'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartySet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('partnership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='party_sets', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'set of parties',
                'verbose_name_plural': 'sets of parties',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PartySetMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('sender', 'supporting institution'), ('host', 'benefiting institution'), ('peer', 'peer'), ('funder', 'funder'), ('facilitator', 'facilitator')], max_length=12, verbose_name='side')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
                ('party_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='activities.partyset', verbose_name='set of parties')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['party_set', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('party_set', 'institution'), name='party_set_member_once')],
            },
        ),
        migrations.CreateModel(
            name='Total',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('month', models.PositiveSmallIntegerField(verbose_name='month')),
                ('kind', models.CharField(blank=True, max_length=20, verbose_name='kind')),
                ('activities', models.PositiveIntegerField(default=0, verbose_name='activities')),
                ('missions', models.PositiveIntegerField(default=0, verbose_name='missions')),
                ('lines', models.PositiveIntegerField(default=0, verbose_name='lines of results')),
                ('consultations', models.PositiveBigIntegerField(default=0, verbose_name='specialist consultations')),
                ('consultation_lines', models.PositiveIntegerField(default=0, verbose_name='lines with consultations')),
                ('operations', models.PositiveBigIntegerField(default=0, verbose_name='operations done')),
                ('operation_lines', models.PositiveIntegerField(default=0, verbose_name='lines with operations')),
                ('trained', models.PositiveBigIntegerField(default=0, verbose_name='people trained, counted without names')),
                ('trained_lines', models.PositiveIntegerField(default=0, verbose_name='lines of people trained')),
                ('party_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='totals', to='activities.partyset', verbose_name='set of parties')),
                ('specialty', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'total',
                'verbose_name_plural': 'totals',
                'ordering': ['year', 'month', 'pk'],
                'indexes': [models.Index(fields=['specialty', 'kind', 'month', 'year'], name='activities__special_f02401_idx'), models.Index(fields=['year', 'party_set'], name='activities__year_abe4c1_idx')],
            },
        ),
    ]
