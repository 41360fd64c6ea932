import activities.kinds
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('activities', '0001_initial'),
        ('partnerships', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('domain', models.SlugField(max_length=30, verbose_name='domain')),
                ('domain_ar', models.CharField(max_length=100, verbose_name='domain in Arabic')),
                ('domain_fr', models.CharField(max_length=100, verbose_name='domain in French')),
                ('domain_en', models.CharField(max_length=100, verbose_name='domain in English')),
                ('hint_ar', models.CharField(blank=True, max_length=200, verbose_name='hint in Arabic')),
                ('hint_fr', models.CharField(blank=True, max_length=200, verbose_name='hint in French')),
                ('hint_en', models.CharField(blank=True, max_length=200, verbose_name='hint in English')),
            ],
            options={
                'verbose_name': 'criterion',
                'verbose_name_plural': 'criteria',
                'ordering': ['questionnaire', 'number'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                ('activity_kind', models.CharField(blank=True, choices=activities.kinds.kind_choices, help_text='Empty: every kind.', max_length=20, verbose_name='kind of activity')),
                ('kind', models.CharField(choices=[('follow_up', 'follow-up evaluation of an activity'), ('baseline', 'baseline evaluation'), ('mid_term', 'mid-term evaluation'), ('yearly', 'yearly evaluation'), ('final', 'final evaluation'), ('afterwards', 'evaluation one year after')], default='follow_up', max_length=12, verbose_name='evaluation')),
                ('due_after_days', models.PositiveSmallIntegerField(default=30, verbose_name='due, in days after the last day')),
                ('time_to_answer_days', models.PositiveSmallIntegerField(default=7, verbose_name='at least this many days to answer')),
                ('not_older_than_days', models.PositiveSmallIntegerField(default=180, verbose_name='only for activities that ended within so many days')),
                ('is_active', models.BooleanField(default=True, verbose_name='on')),
            ],
            options={
                'verbose_name': 'evaluation rule',
                'verbose_name_plural': 'evaluation rules',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='code')),
                ('unit', models.CharField(max_length=20, verbose_name='unit')),
                ('direction', models.CharField(choices=[('higher', 'higher is better'), ('lower', 'lower is better'), ('neutral', 'neither')], max_length=10, verbose_name='direction')),
                ('is_headline', models.BooleanField(default=False, verbose_name='headline figure')),
                ('computed_from', models.CharField(blank=True, max_length=60, verbose_name='computed from')),
                ('how_computed', models.CharField(blank=True, max_length=300, verbose_name='how it is computed')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='code')),
            ],
            options={
                'verbose_name': 'questionnaire',
                'verbose_name_plural': 'questionnaires',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_ar', models.CharField(max_length=200, verbose_name='Arabic name')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='French name')),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='English name')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='code')),
                ('trigger', models.SlugField(max_length=40, verbose_name='moment')),
                ('offsets', models.CharField(max_length=60, validators=[django.core.validators.RegexValidator('^-?\\d+(\\|-?\\d+)*$', 'Days before (−) or after the due day, separated by |, for example -30|-7|0.')], verbose_name='days')),
                ('audience', models.CharField(max_length=120, verbose_name='people')),
                ('escalation', models.CharField(blank=True, max_length=120, validators=[django.core.validators.RegexValidator('^(-?\\d+:[a-z_]+(\\|-?\\d+:[a-z_]+)*)?$', 'Pairs of days and people, for example 15:directors|30:heads.')], verbose_name='escalation')),
                ('is_active', models.BooleanField(default=True, verbose_name='on')),
            ],
            options={
                'verbose_name': 'reminder rule',
                'verbose_name_plural': 'reminder rules',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('kind', models.CharField(choices=[('follow_up', 'follow-up evaluation of an activity'), ('baseline', 'baseline evaluation'), ('mid_term', 'mid-term evaluation'), ('yearly', 'yearly evaluation'), ('final', 'final evaluation'), ('afterwards', 'evaluation one year after')], max_length=12, verbose_name='kind')),
                ('opens_on', models.DateField(verbose_name='opens')),
                ('due_on', models.DateField(verbose_name='due')),
                ('status', models.CharField(choices=[('scheduled', 'scheduled'), ('open', 'open'), ('submitted', 'both sides have answered'), ('reviewed', 'joint review done'), ('validated', 'validated'), ('published', 'published')], default='scheduled', max_length=12, verbose_name='status')),
                ('achievements', models.TextField(blank=True, verbose_name='achievements')),
                ('difficulties', models.TextField(blank=True, verbose_name='difficulties')),
                ('decisions', models.TextField(blank=True, verbose_name='decisions')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('activity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='activities.activity', verbose_name='activity')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='partnerships.partnership', verbose_name='partnership')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='evaluation.evaluationrule', verbose_name='scheduled by')),
                ('questionnaire', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='evaluation.questionnaire', verbose_name='questionnaire')),
            ],
            options={
                'verbose_name': 'evaluation',
                'verbose_name_plural': 'evaluations',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='EvaluationSide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('sender', 'supporting institution'), ('host', 'benefiting institution')], max_length=10, verbose_name='side')),
                ('remarks', models.TextField(blank=True, verbose_name='remarks')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted at')),
                ('evaluation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sides', to='evaluation.evaluation', verbose_name='evaluation')),
                ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
            ],
            options={
                'verbose_name': 'side',
                'verbose_name_plural': 'sides',
                'ordering': ['evaluation', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='score')),
                ('comment', models.CharField(blank=True, max_length=500, verbose_name='comment')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.criterion', verbose_name='criterion')),
                ('side', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='evaluation.evaluationside')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['side', 'criterion'],
            },
        ),
        migrations.AddField(
            model_name='evaluationrule',
            name='questionnaire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluation.questionnaire', verbose_name='questionnaire'),
        ),
        migrations.AddField(
            model_name='criterion',
            name='questionnaire',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='evaluation.questionnaire', verbose_name='questionnaire'),
        ),
        migrations.AddConstraint(
            model_name='evaluationside',
            constraint=models.UniqueConstraint(fields=('evaluation', 'side'), name='evaluation_side_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('side', 'criterion'), name='answer_once'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('score__lte', 4), ('score', None), _connector='OR'), name='answer_0_to_4'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['status', 'due_on'], name='evaluation__status_a20b4a_idx'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['partnership', 'due_on'], name='evaluation__partner_c99e76_idx'),
        ),
        migrations.AddIndex(
            model_name='evaluation',
            index=models.Index(fields=['due_on'], name='evaluation__due_on_612a62_idx'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.UniqueConstraint(condition=models.Q(('activity__isnull', False)), fields=('activity', 'kind'), name='evaluation_once_per_activity'),
        ),
        migrations.AddConstraint(
            model_name='evaluation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['scheduled', 'open', 'submitted', 'reviewed', 'validated', 'published'])), name='evaluation_status'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('questionnaire', 'number'), name='criterion_once'),
        ),
    ]
