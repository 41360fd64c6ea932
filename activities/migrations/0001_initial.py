import activities.kinds
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partnerships', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('uid', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('kind', models.CharField(choices=activities.kinds.kind_choices, max_length=20, verbose_name='kind')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('date_precision', models.CharField(choices=[('day', 'exact day'), ('month', 'month only'), ('year', 'year only'), ('assumed', 'not public, assumed for the demonstration')], default='day', max_length=10, verbose_name='certainty of the date')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('returned', 'returned'), ('approved', 'approved'), ('confirmed', 'confirmed by both sides'), ('reported', 'reported'), ('disputed', 'disputed'), ('counter_confirmed', 'confirmed by the other side'), ('validated', 'validated'), ('postponed', 'postponed'), ('cancelled', 'cancelled')], default='draft', max_length=20, verbose_name='status')),
                ('planned_consultations', models.PositiveIntegerField(default=0, verbose_name='consultations planned')),
                ('planned_operations', models.PositiveIntegerField(default=0, verbose_name='operations planned')),
                ('note', models.TextField(blank=True, verbose_name='notes')),
                ('over_plan_reason', models.TextField(blank=True, verbose_name='why more operations than planned')),
                ('checklist', models.CharField(blank=True, choices=[('all', 'for all operations'), ('some', 'for some'), ('none', 'not used')], max_length=5, verbose_name='surgical safety checklist')),
                ('region_opinion', models.CharField(blank=True, choices=[('favourable', 'favourable'), ('reserved', 'with reservations'), ('against', 'unfavourable')], max_length=12, verbose_name='opinion of the region')),
                ('region_opinion_note', models.CharField(blank=True, max_length=500, verbose_name='remark of the region')),
                ('reported_at', models.DateTimeField(blank=True, null=True, verbose_name='reported at')),
                ('validated_at', models.DateTimeField(blank=True, null=True, verbose_name='validated at')),
                ('source', models.URLField(blank=True, max_length=700, verbose_name='public source')),
                ('source_note', models.TextField(blank=True, verbose_name='what the source says')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=900)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='partnerships.agreement', verbose_name='agreement')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='activities', to='partnerships.partnership', verbose_name='partnership')),
                ('reported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reported by')),
                ('reported_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='reported for')),
                ('specialties', models.ManyToManyField(blank=True, related_name='activities', to='partnerships.specialty', verbose_name='specialties')),
            ],
            options={
                'verbose_name': 'activity',
                'verbose_name_plural': 'activities',
                'ordering': ['-starts_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ActivityParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('sender', 'supporting institution'), ('host', 'benefiting institution'), ('peer', 'peer'), ('funder', 'funder'), ('facilitator', 'facilitator')], max_length=12, verbose_name='side')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed at')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='activities.activity', verbose_name='activity')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='activity_parties', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['activity', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site_name', models.CharField(max_length=200, verbose_name='site')),
                ('specialty_name', models.CharField(blank=True, max_length=200, verbose_name='specialty')),
                ('figure', models.CharField(max_length=20, verbose_name='figure')),
                ('reported', models.PositiveIntegerField(verbose_name='reported')),
                ('expected', models.PositiveIntegerField(verbose_name='held to be right')),
                ('reason', models.TextField(verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('is_settled', models.BooleanField(default=False, verbose_name='settled')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disputes', to='activities.activity', verbose_name='activity')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('team', 'team'), ('trained', 'trained')], max_length=10, verbose_name='part')),
                ('cadre', models.CharField(blank=True, choices=[('doctors', 'doctors'), ('paramedical', 'paramedical staff'), ('technicians', 'technicians'), ('pharmacists', 'pharmacists'), ('others', 'other staff')], max_length=15, verbose_name='cadre')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='number')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='activities.activity', verbose_name='activity')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
                ('profession', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.profession', verbose_name='profession')),
            ],
            options={
                'verbose_name': 'participant',
                'verbose_name_plural': 'participants',
                'ordering': ['activity', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('examination', 'specialist examination'), ('check_up', 'clinical check-up'), ('operating_list', 'operating list'), ('workshop', 'workshop'), ('lecture', 'lecture'), ('seminar', 'seminar'), ('awareness', 'awareness')], max_length=15, verbose_name='kind')),
                ('held_on', models.DateField(verbose_name='day')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='activities.activity', verbose_name='activity')),
                ('specialty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['held_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(blank=True, max_length=120, verbose_name='another place')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sites', to='activities.activity', verbose_name='activity')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'site',
                'verbose_name_plural': 'sites',
                'ordering': ['activity', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consultations', models.PositiveIntegerField(default=0, verbose_name='specialist consultations')),
                ('explorations', models.PositiveIntegerField(default=0, verbose_name='complementary explorations')),
                ('operations_planned', models.PositiveIntegerField(default=0, verbose_name='operations planned')),
                ('operations_done', models.PositiveIntegerField(default=0, verbose_name='operations done')),
                ('transferred', models.PositiveIntegerField(default=0, verbose_name='patients transferred')),
                ('transfers_avoided', models.PositiveIntegerField(default=0, verbose_name='transfers avoided')),
                ('audience', models.PositiveIntegerField(default=0, verbose_name='people present')),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='activities.activity', verbose_name='activity')),
                ('specialty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='partnerships.specialty', verbose_name='specialty')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='activities.site', verbose_name='site')),
            ],
            options={
                'verbose_name': 'result',
                'verbose_name_plural': 'results',
                'ordering': ['activity', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['-starts_on', '-id'], name='activities__starts__0b61c2_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['status', 'ends_on'], name='activities__status_ad8ce9_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['kind', '-starts_on'], name='activities__kind_52e9b2_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['partnership', '-starts_on'], name='activities__partner_d75842_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['ends_on'], name='activities__ends_on_4c3d00_idx'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='activity_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'returned', 'approved', 'confirmed', 'reported', 'disputed', 'counter_confirmed', 'validated', 'postponed', 'cancelled'])), name='activity_status'),
        ),
        migrations.AddIndex(
            model_name='activityparty',
            index=models.Index(fields=['side', 'institution'], name='activities__side_a7a8a7_idx'),
        ),
        migrations.AddConstraint(
            model_name='activityparty',
            constraint=models.UniqueConstraint(fields=('activity', 'institution'), name='activity_party_once'),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(fields=['part', 'activity'], name='activities__part_8208d3_idx'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.UniqueConstraint(fields=('site', 'specialty'), name='result_once'),
        ),
    ]
