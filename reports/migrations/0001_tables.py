import django.core.validators
import django.db.models.deletion
import reports.choices
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('core', '0008_all_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReportSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('report', models.CharField(choices=reports.choices.report_choices, max_length=40, verbose_name='report')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='what it is about')),
                ('language', models.CharField(choices=[('ar', 'Arabic'), ('fr', 'French'), ('en', 'English')], default='ar', max_length=2, verbose_name='language')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word'), ('xlsx', 'Excel'), ('csv', 'CSV')], default='pdf', max_length=4, verbose_name='format')),
                ('rhythm', models.CharField(choices=[('monthly', 'every month'), ('quarterly', 'every quarter')], default='monthly', max_length=10, verbose_name='how often')),
                ('day', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)], verbose_name='day of the month')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped at')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('recipients', models.ManyToManyField(related_name='report_schedules', to=settings.AUTH_USER_MODEL, verbose_name='recipients')),
            ],
            options={
                'verbose_name': 'scheduled report',
                'verbose_name_plural': 'scheduled reports',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['stopped_at'], name='reports_rep_stopped_4f9fce_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 28)), name='schedule_day_in_every_month')],
            },
        ),
        migrations.CreateModel(
            name='ReportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('report', models.CharField(choices=reports.choices.report_choices, max_length=40, verbose_name='report')),
                ('parameters', models.JSONField(blank=True, default=dict, verbose_name='what it is about')),
                ('language', models.CharField(choices=[('ar', 'Arabic'), ('fr', 'French'), ('en', 'English')], default='ar', max_length=2, verbose_name='language')),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word'), ('xlsx', 'Excel'), ('csv', 'CSV')], default='pdf', max_length=4, verbose_name='format')),
                ('period_start', models.DateField(blank=True, null=True, verbose_name='period')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('progress_pct', models.PositiveSmallIntegerField(default=0, verbose_name='progress in percent')),
                ('attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('claimed_by', models.UUIDField(blank=True, editable=False, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished at')),
                ('rows_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows')),
                ('file', models.FileField(blank=True, upload_to='reports/%Y/%m', verbose_name='file')),
                ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='fingerprint')),
                ('standing_key', models.CharField(blank=True, editable=False, max_length=64)),
                ('error', models.CharField(blank=True, max_length=300, verbose_name='what went wrong')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_runs', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('seal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.seal', verbose_name='issued document')),
                ('schedule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='reports.reportschedule', verbose_name='scheduled report')),
            ],
            options={
                'verbose_name': 'report as a file',
                'verbose_name_plural': 'reports as files',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['asked_by', '-id'], name='reports_rep_asked_b_d4732e_idx'), models.Index(condition=models.Q(('state__in', ['waiting', 'running'])), fields=['claimed_at'], name='run_unfinished'), models.Index(condition=models.Q(('file', ''), _negated=True), fields=['finished_at'], name='run_with_file')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('schedule__isnull', False)), fields=('schedule', 'period_start', 'asked_by'), name='scheduled_run_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled'])), name='run_state')],
            },
        ),
    ]
