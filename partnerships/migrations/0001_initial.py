import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Country',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=2, unique=True, verbose_name='code')),
            ],
            options={
                'verbose_name': 'country',
                'verbose_name_plural': 'countries',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='InstitutionKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('legal_basis', models.CharField(blank=True, max_length=120, verbose_name='legal basis')),
            ],
            options={
                'verbose_name': 'kind of institution',
                'verbose_name_plural': 'kinds of institution',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('reach', models.CharField(choices=[('national', 'national'), ('international', 'international')], default='national', max_length=15, verbose_name='kind')),
                ('origin', models.CharField(choices=[('programme', 'national programme'), ('instruction', 'ministerial instruction'), ('request', 'request of an institution'), ('long_standing', 'long-standing relation')], default='programme', max_length=15, verbose_name='origin')),
                ('status', models.CharField(choices=[('exploring', 'exploring'), ('planning', 'planning'), ('active', 'active'), ('closed', 'closed'), ('cancelled', 'cancelled')], default='exploring', max_length=15, verbose_name='status')),
                ('goals', models.TextField(blank=True, verbose_name='goals')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='since')),
                ('last_activity_on', models.DateField(blank=True, editable=False, null=True, verbose_name='last activity')),
                ('source', models.URLField(blank=True, max_length=500, verbose_name='public source')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=1200)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'partnership',
                'verbose_name_plural': 'partnerships',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Profession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('group', models.CharField(blank=True, max_length=30, verbose_name='group')),
            ],
            options={
                'verbose_name': 'profession',
                'verbose_name_plural': 'professions',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Specialty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('group', models.CharField(blank=True, max_length=30, verbose_name='group')),
            ],
            options={
                'verbose_name': 'specialty',
                'verbose_name_plural': 'specialties',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('framework', 'framework agreement'), ('convention', 'twinning agreement'), ('memorandum', 'memorandum of understanding'), ('addendum', 'addendum')], default='convention', max_length=12, verbose_name='kind')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('negotiation', 'in negotiation'), ('visa', 'awaiting the directors’ visa'), ('review', 'under ministry review'), ('approved', 'approved for signature'), ('signed', 'signed'), ('suspended', 'suspended'), ('terminated', 'terminated'), ('cancelled', 'cancelled')], default='draft', max_length=12, verbose_name='status')),
                ('starts_on', models.DateField(verbose_name='start')),
                ('ends_on', models.DateField(verbose_name='end')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('renewal', models.CharField(choices=[('none', 'no renewal'), ('express', 'by a new agreement'), ('tacit', 'tacit')], default='express', max_length=10, verbose_name='renewal')),
                ('notice_days', models.PositiveSmallIntegerField(default=30, verbose_name='notice, in days')),
                ('subject', models.TextField(blank=True, verbose_name='subject')),
                ('source', models.URLField(blank=True, max_length=500, verbose_name='public source')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('renews', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='partnerships.agreement', verbose_name='renews')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
                'ordering': ['-starts_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Institution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=30, unique=True, verbose_name='code')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='town')),
                ('aliases', models.CharField(blank=True, max_length=300, verbose_name='everyday names')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('beds_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='beds')),
                ('theatres_count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='operating theatres')),
                ('has_telemedicine', models.BooleanField(default=False, verbose_name='telemedicine')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='verified at')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=700)),
                ('country', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='partnerships.country', verbose_name='country')),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='verified by')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='partnerships.institutionkind', verbose_name='kind')),
            ],
            options={
                'verbose_name': 'institution',
                'verbose_name_plural': 'institutions',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='PartnershipParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('sender', 'supporting institution'), ('host', 'benefiting institution'), ('peer', 'peer'), ('funder', 'funder'), ('facilitator', 'facilitator')], max_length=12, verbose_name='side')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partnership_parties', to='partnerships.institution', verbose_name='institution')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['partnership', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='partnership',
            name='institutions',
            field=models.ManyToManyField(related_name='partnerships', through='partnerships.PartnershipParty', to='partnerships.institution'),
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=10, verbose_name='code')),
                ('zone', models.CharField(blank=True, choices=[('north', 'North'), ('highlands', 'Highlands'), ('south', 'South'), ('far_south', 'Far South')], max_length=10, verbose_name='zone')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='exists from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='exists until')),
                ('country', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regions', to='partnerships.country', verbose_name='country')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='partnerships.region', verbose_name='formerly part of')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['country', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('role', models.CharField(choices=[('head', 'head of the twinning cell'), ('officer', 'ministry officer'), ('finance', 'ministry finance officer'), ('region', 'region health directorate'), ('director', 'institution director'), ('coordinator', 'institution coordinator'), ('evaluator', 'evaluator'), ('observer', 'observer')], max_length=15, verbose_name='role')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='until')),
                ('institution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='partnerships.institution', verbose_name='institution')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('partnership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='partnerships.partnership', verbose_name='partnership')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='partnerships.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['user', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='institution',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='institutions', to='partnerships.region', verbose_name='region'),
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('kind', models.CharField(blank=True, max_length=30, verbose_name='kind')),
                ('specialty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='procedures', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'procedure',
                'verbose_name_plural': 'procedures',
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='partnership',
            name='specialties',
            field=models.ManyToManyField(blank=True, related_name='partnerships', to='partnerships.specialty', verbose_name='specialties'),
        ),
        migrations.AddField(
            model_name='institution',
            name='specialties',
            field=models.ManyToManyField(blank=True, related_name='institutions', to='partnerships.specialty', verbose_name='specialties'),
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('head', models.CharField(blank=True, max_length=120, verbose_name='head of department')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departments', to='partnerships.institution', verbose_name='institution')),
                ('specialty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'department',
                'verbose_name_plural': 'departments',
                'ordering': ['institution', 'specialty'],
            },
        ),
        migrations.CreateModel(
            name='AgreementVisa',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visas', to='partnerships.agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'visa',
                'verbose_name_plural': 'visas',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'institution'), name='visa_once')],
            },
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['status', 'ends_on'], name='partnership_status_48f613_idx'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['signed_on'], name='partnership_signed__676db1_idx'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['-starts_on'], name='partnership_starts__51a646_idx'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('year', 'number'), name='agreement_number_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='agreement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'negotiation', 'visa', 'review', 'approved', 'signed', 'suspended', 'terminated', 'cancelled'])), name='agreement_status'),
        ),
        migrations.AddConstraint(
            model_name='partnershipparty',
            constraint=models.UniqueConstraint(fields=('partnership', 'institution'), name='party_once'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.UniqueConstraint(fields=('country', 'code'), name='region_code_once'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['role', 'institution'], name='partnership_role_bf3802_idx'),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(fields=['status', 'reach'], name='partnership_status_76dbd4_idx'),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(fields=['-last_activity_on'], name='partnership_last_ac_aa900e_idx'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['exploring', 'planning', 'active', 'closed', 'cancelled'])), name='partnership_status'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(fields=['region', 'kind'], name='partnership_region__4b7531_idx'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(fields=['search_text'], name='partnership_search__3688a4_idx'),
        ),
        migrations.AddConstraint(
            model_name='department',
            constraint=models.UniqueConstraint(fields=('institution', 'specialty'), name='department_once'),
        ),
    ]
