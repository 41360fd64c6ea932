import core.formats
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AreaScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(choices=[('leadership', 'leadership and organisation'), ('staff', 'staff and skills'), ('surgery', 'surgery and operating theatre'), ('critical', 'anaesthesia and intensive care'), ('mother_child', 'mother and child'), ('diagnostics', 'imaging and laboratory'), ('pharmacy', 'medicines and consumables'), ('equipment', 'equipment and maintenance'), ('hygiene', 'hygiene and infection prevention'), ('data', 'records, data and telemedicine')], max_length=15, verbose_name='area')),
                ('now', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)], verbose_name='now')),
                ('target', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(4)], verbose_name='target')),
                ('comment', models.CharField(blank=True, max_length=300, verbose_name='comment')),
            ],
            options={
                'verbose_name': 'score of an area',
                'verbose_name_plural': 'scores of areas',
                'ordering': ['assessment', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('header', models.CharField(max_length=120, unique=True, verbose_name='header')),
                ('field', models.CharField(blank=True, max_length=40, verbose_name='field')),
                ('seen_at', models.DateTimeField(auto_now=True, verbose_name='seen at')),
            ],
            options={
                'verbose_name': 'remembered column',
                'verbose_name_plural': 'remembered columns',
                'ordering': ['header'],
            },
        ),
        migrations.CreateModel(
            name='Equipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
            ],
            options={
                'verbose_name': 'equipment',
                'verbose_name_plural': 'equipment',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='InstitutionName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, verbose_name='name')),
                ('folded', models.CharField(db_index=True, max_length=200)),
                ('kind', models.CharField(choices=[('official', 'official'), ('alias', 'everyday'), ('former', 'former')], max_length=10, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'name of an institution',
                'verbose_name_plural': 'names of institutions',
                'ordering': ['institution', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('title', models.CharField(max_length=150, verbose_name='file')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='fingerprint')),
                ('content', models.FileField(blank=True, upload_to='intakes/%Y/%m', verbose_name='file')),
                ('status', models.CharField(choices=[('reading', 'being read'), ('unreadable', 'cannot be read'), ('preview', 'to be looked at'), ('applied', 'imported'), ('undone', 'undone'), ('dropped', 'dropped')], default='reading', max_length=12, verbose_name='status')),
                ('columns', models.JSONField(default=dict, verbose_name='columns')),
                ('options', models.JSONField(default=dict, verbose_name='options')),
                ('problem', models.TextField(blank=True, verbose_name='why it cannot be read')),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='imported at')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone at')),
            ],
            options={
                'verbose_name': 'import of institutions',
                'verbose_name_plural': 'imports of institutions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='IntakeRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(blank=True, max_length=100, verbose_name='sheet')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('verdict', models.CharField(choices=[('created', 'new'), ('updated', 'changed'), ('unchanged', 'the same'), ('possible_duplicate', 'possible double'), ('warning', 'look at it'), ('refused', 'refused'), ('skipped', 'left out')], max_length=20, verbose_name='verdict')),
                ('cells', models.JSONField(default=dict, verbose_name='cells')),
                ('values', models.JSONField(default=dict, verbose_name='values')),
                ('findings', models.JSONField(default=list, verbose_name='findings')),
                ('before', models.JSONField(default=dict, verbose_name='before')),
                ('is_new', models.BooleanField(default=False, verbose_name='a new one in spite of the likeness')),
            ],
            options={
                'verbose_name': 'row of an import',
                'verbose_name_plural': 'rows of an import',
                'ordering': ['intake', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('wish', models.CharField(choices=[('receive', 'to receive support'), ('give', 'to give support'), ('both', 'both')], default='receive', max_length=10, verbose_name='wants')),
                ('motivation', models.TextField(blank=True, verbose_name='motivation')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('under_review', 'under review'), ('returned', 'returned'), ('accepted', 'accepted'), ('rejected', 'rejected'), ('matched', 'matched'), ('withdrawn', 'withdrawn')], default='draft', max_length=15, verbose_name='status')),
                ('submitted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='handed in on')),
                ('accepted_on', models.DateField(blank=True, editable=False, null=True, verbose_name='accepted on')),
                ('support', models.JSONField(blank=True, default=list, verbose_name='support that would suit')),
                ('support_note', models.TextField(blank=True, verbose_name='note of the ministry')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'expression of interest',
                'verbose_name_plural': 'expressions of interest',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='MatchingSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('specialty', models.PositiveSmallIntegerField(default=40, verbose_name='specialty need met')),
                ('severity', models.PositiveSmallIntegerField(default=15, verbose_name='severity of the need')),
                ('zone', models.PositiveSmallIntegerField(default=15, verbose_name='zone rule: from the north to the south first')),
                ('capacity', models.PositiveSmallIntegerField(default=10, verbose_name='capacity left')),
                ('preference', models.PositiveSmallIntegerField(default=8, verbose_name='preference of the two')),
                ('record', models.PositiveSmallIntegerField(default=5, verbose_name='validated results of the past')),
                ('equipment', models.PositiveSmallIntegerField(default=4, verbose_name='equipment and telemedicine')),
                ('travel', models.PositiveSmallIntegerField(default=3, verbose_name='travel')),
                ('load_limit', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='partners at most for one supporting institution')),
                ('equity_pct', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(300)], verbose_name='extra weight of the zone with the widest gaps, in percent')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'matching settings',
                'verbose_name_plural': 'matching settings',
            },
        ),
        migrations.CreateModel(
            name='MatchProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('score', models.FloatField(default=0, verbose_name='score')),
                ('reasons', models.JSONField(default=list, verbose_name='reasons')),
                ('note', models.TextField(blank=True, verbose_name='note to the directors')),
                ('status', models.CharField(choices=[('proposed', 'proposed'), ('sent', 'sent to both sides'), ('approved', 'approved'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='proposed', max_length=10, verbose_name='status')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('answer_due_on', models.DateField(blank=True, null=True, verbose_name='answers due on')),
                ('sender_answer', models.CharField(blank=True, choices=[('accepted', 'accepted'), ('declined', 'declined')], max_length=10, verbose_name='answer of the supporting institution')),
                ('sender_answered_on', models.DateField(blank=True, null=True)),
                ('sender_reason', models.TextField(blank=True, verbose_name='reason of the supporting institution')),
                ('host_answer', models.CharField(blank=True, choices=[('accepted', 'accepted'), ('declined', 'declined')], max_length=10, verbose_name='answer of the benefiting institution')),
                ('host_answered_on', models.DateField(blank=True, null=True)),
                ('host_reason', models.TextField(blank=True, verbose_name='reason of the benefiting institution')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='NationalPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                ('weights', models.JSONField(default=dict, verbose_name='weights and limits')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=10, verbose_name='state')),
                ('progress_pct', models.PositiveSmallIntegerField(default=0, verbose_name='progress in percent')),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('result', models.JSONField(default=dict, verbose_name='result')),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
            ],
            options={
                'verbose_name': 'national plan',
                'verbose_name_plural': 'national plans',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('kind', models.CharField(choices=[('care', 'care'), ('training', 'training'), ('equipment', 'equipment'), ('management', 'management'), ('infrastructure', 'infrastructure'), ('protocol', 'protocols'), ('awareness', 'awareness')], default='care', max_length=15, verbose_name='kind')),
                ('stated_on', models.DateField(default=core.formats.today, verbose_name='stated on')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '1, slight'), (2, '2, moderate'), (3, '3, serious'), (4, '4, severe'), (5, '5, critical')], default=3, verbose_name='severity')),
                ('waiting_count', models.PositiveIntegerField(default=0, verbose_name='people waiting')),
                ('nearest_offer', models.CharField(blank=True, max_length=150, verbose_name='nearest place that offers it')),
                ('nearest_km', models.PositiveIntegerField(blank=True, null=True, verbose_name='distance to it, in kilometres')),
                ('evidence', models.TextField(blank=True, verbose_name='evidence')),
            ],
            options={
                'verbose_name': 'need',
                'verbose_name_plural': 'needs',
                'ordering': ['-severity', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NeedsAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('assessed_on', models.DateField(default=core.formats.today, verbose_name='assessed on')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
            ],
            options={
                'verbose_name': 'needs assessment',
                'verbose_name_plural': 'needs assessments',
                'ordering': ['institution', '-assessed_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('kind', models.CharField(choices=[('care', 'care'), ('training', 'training'), ('equipment', 'equipment'), ('management', 'management'), ('infrastructure', 'infrastructure'), ('protocol', 'protocols'), ('awareness', 'awareness')], default='care', max_length=15, verbose_name='kind')),
                ('stated_on', models.DateField(default=core.formats.today, verbose_name='stated on')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('capacity_per_year', models.PositiveSmallIntegerField(default=1, help_text='How many institutions it can serve in a year.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='capacity per year')),
                ('months', models.JSONField(blank=True, default=list, verbose_name='periods')),
                ('conditions', models.TextField(blank=True, verbose_name='conditions')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
                'ordering': ['institution', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField(verbose_name='score')),
                ('covered', models.FloatField(verbose_name='need covered')),
                ('reasons', models.JSONField(default=list, verbose_name='reasons')),
            ],
            options={
                'verbose_name': 'pair of a plan',
                'verbose_name_plural': 'pairs of a plan',
                'ordering': ['plan', '-covered', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StaffCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField(verbose_name='number of people')),
            ],
            options={
                'verbose_name': 'staff of a cadre',
                'verbose_name_plural': 'staff by cadre',
                'ordering': ['institution', 'profession'],
            },
        ),
        migrations.RemoveIndex(
            model_name='institution',
            name='partnership_search__3688a4_idx',
        ),
        migrations.AddField(
            model_name='department',
            name='beds_count',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='beds'),
        ),
        migrations.AddField(
            model_name='department',
            name='specialists_count',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='specialists'),
        ),
        migrations.AddField(
            model_name='institution',
            name='level',
            field=models.CharField(blank=True, choices=[('primary', 'primary'), ('secondary', 'secondary'), ('tertiary', 'tertiary')], max_length=10, verbose_name='level of care'),
        ),
        migrations.AddField(
            model_name='institution',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='partnerships.institution', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='institution',
            name='partners_at_most',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many institutions it can support at once; empty: the limit of the matching settings.', null=True, verbose_name='partners at most'),
        ),
        migrations.AddField(
            model_name='institution',
            name='procedures',
            field=models.ManyToManyField(blank=True, related_name='institutions', to='partnerships.procedure', verbose_name='procedures mastered'),
        ),
        migrations.AddField(
            model_name='institution',
            name='profile_checked_on',
            field=models.DateField(blank=True, null=True, verbose_name='profile last checked on'),
        ),
        migrations.AddField(
            model_name='institution',
            name='sort_key',
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=160),
        ),
        migrations.AddField(
            model_name='institution',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='institution',
            name='website',
            field=models.URLField(blank=True, verbose_name='website'),
        ),
        migrations.AddField(
            model_name='institutionkind',
            name='world',
            field=models.CharField(choices=[('care', 'care'), ('teaching', 'university'), ('company', 'company'), ('public', 'public body')], default='care', max_length=10, verbose_name='sort of institution'),
        ),
        migrations.AddField(
            model_name='region',
            name='installed_on',
            field=models.DateField(blank=True, help_text='Until that day the directorate of the region it was part of looks after it as well.', null=True, verbose_name='own directorate from'),
        ),
        migrations.AlterField(
            model_name='institution',
            name='aliases',
            field=models.CharField(blank=True, help_text='Several are separated by commas.', max_length=600, verbose_name='everyday names'),
        ),
        migrations.AlterField(
            model_name='institution',
            name='search_text',
            field=models.CharField(blank=True, editable=False, max_length=1200),
        ),
        migrations.AddField(
            model_name='equipment',
            name='specialties',
            field=models.ManyToManyField(blank=True, related_name='equipment', to='partnerships.specialty', verbose_name='specialties that need it'),
        ),
        migrations.AddField(
            model_name='institution',
            name='equipment',
            field=models.ManyToManyField(blank=True, related_name='institutions', to='partnerships.equipment', verbose_name='main equipment'),
        ),
        migrations.AddIndex(
            model_name='institution',
            index=models.Index(fields=['country', 'kind'], name='partnership_country_61f673_idx'),
        ),
        migrations.AddField(
            model_name='institutionname',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='all_names', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='intake',
            name='brought_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='brought by'),
        ),
        migrations.AddField(
            model_name='intakerow',
            name='institution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='intakerow',
            name='intake',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='partnerships.intake', verbose_name='import of institutions'),
        ),
        migrations.AddField(
            model_name='intakerow',
            name='same_as',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.institution', verbose_name='the same as'),
        ),
        migrations.AddField(
            model_name='interest',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interests', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='interest',
            name='preferred_partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='preferred_by', to='partnerships.institution', verbose_name='preferred partner'),
        ),
        migrations.AddField(
            model_name='interest',
            name='specialties',
            field=models.ManyToManyField(blank=True, related_name='interests', to='partnerships.specialty', verbose_name='specialties'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals_to_host', to='partnerships.institution', verbose_name='benefiting institution'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='partnership',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal', to='partnerships.partnership', verbose_name='partnership'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='sender',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals_to_send', to='partnerships.institution', verbose_name='supporting institution'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='specialties',
            field=models.ManyToManyField(related_name='proposals', to='partnerships.specialty', verbose_name='specialties'),
        ),
        migrations.AddField(
            model_name='nationalplan',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='plan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='partnerships.nationalplan', verbose_name='national plan'),
        ),
        migrations.AddField(
            model_name='need',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='needs', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='need',
            name='procedures',
            field=models.ManyToManyField(blank=True, related_name='needs', to='partnerships.procedure', verbose_name='procedures'),
        ),
        migrations.AddField(
            model_name='need',
            name='specialty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='partnerships.specialty', verbose_name='specialty'),
        ),
        migrations.AddField(
            model_name='needsassessment',
            name='assessed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assessed by'),
        ),
        migrations.AddField(
            model_name='needsassessment',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='areascore',
            name='assessment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='partnerships.needsassessment', verbose_name='needs assessment'),
        ),
        migrations.AddField(
            model_name='offer',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='offer',
            name='procedures',
            field=models.ManyToManyField(blank=True, related_name='offers', to='partnerships.procedure', verbose_name='procedures'),
        ),
        migrations.AddField(
            model_name='offer',
            name='specialty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='partnerships.specialty', verbose_name='specialty'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='benefiting institution'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='need',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.need', verbose_name='need'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='offer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.offer', verbose_name='offer'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairs', to='partnerships.nationalplan', verbose_name='national plan'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='sender',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='supporting institution'),
        ),
        migrations.AddField(
            model_name='planpair',
            name='specialty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.specialty', verbose_name='specialty'),
        ),
        migrations.AddField(
            model_name='staffcount',
            name='institution',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staff', to='partnerships.institution', verbose_name='institution'),
        ),
        migrations.AddField(
            model_name='staffcount',
            name='profession',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.profession', verbose_name='profession'),
        ),
        migrations.AddConstraint(
            model_name='institutionname',
            constraint=models.UniqueConstraint(fields=('institution', 'folded'), name='institution_name_once'),
        ),
        migrations.AddIndex(
            model_name='intakerow',
            index=models.Index(fields=['intake', 'verdict'], name='partnership_intake__bd41c4_idx'),
        ),
        migrations.AddIndex(
            model_name='interest',
            index=models.Index(fields=['status', '-submitted_on'], name='partnership_status_e3ef24_idx'),
        ),
        migrations.AddConstraint(
            model_name='interest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'under_review', 'returned', 'accepted', 'rejected', 'matched', 'withdrawn'])), name='interest_status'),
        ),
        migrations.AddIndex(
            model_name='matchproposal',
            index=models.Index(fields=['status', 'answer_due_on'], name='partnership_status_9de9f9_idx'),
        ),
        migrations.AddConstraint(
            model_name='matchproposal',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'sent', 'approved', 'refused', 'withdrawn'])), name='proposal_status'),
        ),
        migrations.AddConstraint(
            model_name='matchproposal',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['proposed', 'sent'])), fields=('sender', 'host'), name='proposal_open_once'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['specialty', 'closed_on'], name='partnership_special_09a4e1_idx'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['closed_on', '-severity'], name='partnership_closed__8eb9ff_idx'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('severity__range', (1, 5))), name='need_severity'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('institution', 'specialty', 'kind'), name='need_open_once'),
        ),
        migrations.AddConstraint(
            model_name='areascore',
            constraint=models.UniqueConstraint(fields=('assessment', 'area'), name='area_once'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(fields=['specialty', 'closed_on'], name='partnership_special_51e50d_idx'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('institution', 'specialty', 'kind'), name='offer_open_once'),
        ),
        migrations.AddIndex(
            model_name='planpair',
            index=models.Index(fields=['plan', 'sender'], name='partnership_plan_id_20f00b_idx'),
        ),
        migrations.AddIndex(
            model_name='planpair',
            index=models.Index(fields=['plan', 'host'], name='partnership_plan_id_229668_idx'),
        ),
        migrations.AddConstraint(
            model_name='planpair',
            constraint=models.UniqueConstraint(fields=('plan', 'need'), name='plan_need_once'),
        ),
        migrations.AddConstraint(
            model_name='staffcount',
            constraint=models.UniqueConstraint(fields=('institution', 'profession'), name='staff_once'),
        ),
    ]
