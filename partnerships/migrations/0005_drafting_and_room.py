import core.formats
import django.db.models.deletion
import partnerships.models.agreement
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0004_agreement_legal_bases'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClauseKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('slug', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('is_mandatory', models.BooleanField(default=False, verbose_name='mandatory')),
            ],
            options={
                'verbose_name': 'kind of clause',
                'verbose_name_plural': 'kinds of clause',
                'ordering': ['order'],
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='copies_count',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='original copies'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='cost_sharing',
            field=models.JSONField(blank=True, default=dict, verbose_name='cost sharing'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='fingerprint',
            field=models.CharField(blank=True, editable=False, max_length=64, verbose_name='fingerprint of the text'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='frozen_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='text frozen at'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='languages',
            field=models.JSONField(default=partnerships.models.agreement.default_languages, verbose_name='languages'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='notice_given_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='notice given on'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='partnerships.agreement', verbose_name='belongs to'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='place',
            field=models.CharField(blank=True, max_length=100, verbose_name='place of signature'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='prevailing_language',
            field=models.CharField(default='ar', max_length=2, verbose_name='prevailing language'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='revision',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='version of the text'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='terminated_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='terminated with effect from'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='exit_plan',
            field=models.TextField(blank=True, verbose_name='exit plan'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='sdg_targets',
            field=models.JSONField(blank=True, default=list, verbose_name='sustainable development goals'),
        ),
        migrations.AlterField(
            model_name='agreement',
            name='kind',
            field=models.CharField(choices=[('framework', 'framework agreement'), ('convention', 'twinning agreement'), ('memorandum', 'memorandum of understanding'), ('addendum', 'addendum'), ('statement', 'statement of work')], default='convention', max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('review', 'under ministry review'), ('signed', 'signed'), ('abandoned', 'abandoned')], default='draft', max_length=12, verbose_name='status')),
                ('subject', models.CharField(max_length=300, verbose_name='subject')),
                ('effective_on', models.DateField(verbose_name='effective from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='new end')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='partnerships.agreement', verbose_name='agreement')),
            ],
            options={
                'verbose_name': 'amendment',
                'verbose_name_plural': 'amendments',
                'ordering': ['agreement', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('heading_ar', models.CharField(blank=True, max_length=200, verbose_name='Arabic heading')),
                ('heading_fr', models.CharField(blank=True, max_length=200, verbose_name='French heading')),
                ('heading_en', models.CharField(blank=True, max_length=200, verbose_name='English heading')),
                ('text_ar', models.TextField(blank=True, verbose_name='Arabic text')),
                ('text_fr', models.TextField(blank=True, verbose_name='French text')),
                ('text_en', models.TextField(blank=True, verbose_name='English text')),
                ('is_included', models.BooleanField(default=True, verbose_name='in the agreement')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='partnerships.agreement', verbose_name='agreement')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.clausekind', verbose_name='kind of clause')),
            ],
            options={
                'verbose_name': 'clause',
                'verbose_name_plural': 'clauses',
                'ordering': ['agreement', 'order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='AmendmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_ar', models.TextField(blank=True, verbose_name='Arabic text')),
                ('text_fr', models.TextField(blank=True, verbose_name='French text')),
                ('text_en', models.TextField(blank=True, verbose_name='English text')),
                ('amendment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='partnerships.amendment', verbose_name='amendment')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amended_by', to='partnerships.clause', verbose_name='clause')),
            ],
            options={
                'verbose_name': 'change of an amendment',
                'verbose_name_plural': 'changes of an amendment',
                'ordering': ['amendment', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClauseComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('text', models.TextField(verbose_name='comment')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='partnerships.agreement', verbose_name='agreement')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='partnerships.clause', verbose_name='clause')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
            ],
            options={
                'verbose_name': 'comment on a clause',
                'verbose_name_plural': 'comments on clauses',
                'ordering': ['clause', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ClauseModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('agreements', models.JSONField(default=list, verbose_name='kinds of agreement')),
                ('label_ar', models.CharField(max_length=150, verbose_name='Arabic label')),
                ('label_fr', models.CharField(blank=True, max_length=150, verbose_name='French label')),
                ('label_en', models.CharField(blank=True, max_length=150, verbose_name='English label')),
                ('text_ar', models.TextField(verbose_name='Arabic text')),
                ('text_fr', models.TextField(blank=True, verbose_name='French text')),
                ('text_en', models.TextField(blank=True, verbose_name='English text')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='partnerships.clausekind', verbose_name='kind of clause')),
            ],
            options={
                'verbose_name': 'model clause',
                'verbose_name_plural': 'model clauses',
                'ordering': ['kind', 'order'],
            },
        ),
        migrations.AddField(
            model_name='clause',
            name='variant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.clausemodel', verbose_name='variant'),
        ),
        migrations.CreateModel(
            name='ClauseText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(verbose_name='version of the text')),
                ('text_ar', models.TextField(blank=True)),
                ('text_fr', models.TextField(blank=True)),
                ('text_en', models.TextField(blank=True)),
                ('is_included', models.BooleanField(default=True)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='partnerships.clause', verbose_name='clause')),
            ],
            options={
                'ordering': ['clause', 'revision'],
            },
        ),
        migrations.CreateModel(
            name='FocalPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('function', models.CharField(blank=True, max_length=150, verbose_name='function')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telephone')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='focal_points', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'focal point',
                'verbose_name_plural': 'focal points',
                'ordering': ['partnership', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('held_on', models.DateField(verbose_name='day')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place, or the link of a video conference')),
                ('agenda', models.TextField(blank=True, verbose_name='agenda')),
                ('participants', models.TextField(blank=True, help_text='One line each: name, function, institution, embassy or company.', verbose_name='participants')),
                ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('called_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='called by')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'meeting',
                'verbose_name_plural': 'meetings',
                'ordering': ['partnership', '-held_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=400, verbose_name='decision')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='done on')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='partnerships.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['meeting', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='message')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('answers', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered_by', to='partnerships.message', verbose_name='answers')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('mentions', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='people named')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['partnership', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('level', models.CharField(blank=True, choices=[('primary', 'primary'), ('secondary', 'secondary'), ('tertiary', 'tertiary')], max_length=10, verbose_name='level of care')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('running', 'running'), ('completed', 'completed'), ('stopped', 'stopped')], default='planned', max_length=10, verbose_name='state')),
                ('outputs', models.TextField(blank=True, verbose_name='outputs')),
                ('budget', models.DecimalField(blank=True, decimal_places=3, max_digits=15, null=True, verbose_name='budget')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='start')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='end')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='partnerships.agreement', verbose_name='agreement')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='projects', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'project',
                'verbose_name_plural': 'projects',
                'ordering': ['partnership', '-starts_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ServiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='service')),
                ('rung', models.CharField(choices=[('abroad', 'referred abroad'), ('referred', 'referred within the country'), ('visitors', 'done by visitors'), ('together', 'done together'), ('supervised', 'done under tele-supervision'), ('autonomous', 'autonomous')], default='referred', max_length=12, verbose_name='autonomy')),
                ('target_rung', models.CharField(choices=[('abroad', 'referred abroad'), ('referred', 'referred within the country'), ('visitors', 'done by visitors'), ('together', 'done together'), ('supervised', 'done under tele-supervision'), ('autonomous', 'autonomous')], default='autonomous', max_length=12, verbose_name='aim')),
                ('target_on', models.DateField(blank=True, null=True, verbose_name='aimed at for')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('host_department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.department', verbose_name='department that benefits')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='service_lines', to='partnerships.partnership', verbose_name='partnership')),
                ('sender_department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='partnerships.department', verbose_name='department that supports')),
                ('specialty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.specialty', verbose_name='specialty')),
            ],
            options={
                'verbose_name': 'service line',
                'verbose_name_plural': 'service lines',
                'ordering': ['partnership', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RungReached',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.CharField(choices=[('abroad', 'referred abroad'), ('referred', 'referred within the country'), ('visitors', 'done by visitors'), ('together', 'done together'), ('supervised', 'done under tele-supervision'), ('autonomous', 'autonomous')], max_length=12, verbose_name='autonomy')),
                ('reached_on', models.DateField(default=core.formats.today, verbose_name='reached on')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what shows it')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('service_line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='partnerships.serviceline', verbose_name='service line')),
            ],
            options={
                'verbose_name': 'step on the autonomy ladder',
                'verbose_name_plural': 'steps on the autonomy ladder',
                'ordering': ['service_line', 'reached_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('capacity', models.CharField(max_length=150, verbose_name='capacity')),
                ('authority', models.CharField(blank=True, max_length=250, verbose_name='by virtue of')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatories', to='partnerships.agreement', verbose_name='agreement')),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'signatory',
                'verbose_name_plural': 'signatories',
                'ordering': ['agreement', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(fields=('agreement', 'number'), name='amendment_number_once'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['draft', 'review'])), fields=('agreement',), name='amendment_open_once'),
        ),
        migrations.AddConstraint(
            model_name='amendment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'signed', 'abandoned'])), name='amendment_status'),
        ),
        migrations.AddConstraint(
            model_name='amendmentchange',
            constraint=models.UniqueConstraint(fields=('amendment', 'clause'), name='amendment_change_once'),
        ),
        migrations.AddConstraint(
            model_name='clausemodel',
            constraint=models.UniqueConstraint(fields=('kind', 'slug'), name='clause_model_once'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.UniqueConstraint(fields=('agreement', 'kind'), name='clause_kind_once'),
        ),
        migrations.AddConstraint(
            model_name='clausetext',
            constraint=models.UniqueConstraint(fields=('clause', 'revision'), name='clause_text_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['partnership', '-at'], name='partnership_partner_9b5c80_idx'),
        ),
        migrations.AddConstraint(
            model_name='serviceline',
            constraint=models.UniqueConstraint(fields=('partnership', 'specialty', 'name'), name='service_line_once'),
        ),
        migrations.AddConstraint(
            model_name='signatory',
            constraint=models.UniqueConstraint(fields=('agreement', 'institution'), name='signatory_once'),
        ),
    ]
