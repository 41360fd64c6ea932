import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Guide',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='code')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('step', models.CharField(choices=[('partnership', '1. Partnership'), ('needs', '2. Needs assessment'), ('gaps', '3. Gap analysis'), ('plan', '4. Action planning'), ('action', '5. Action'), ('evaluation', '6. Evaluation and outcome')], max_length=15, verbose_name='step')),
                ('kind', models.CharField(choices=[('guide', 'guide'), ('template', 'template')], default='guide', max_length=10, verbose_name='kind')),
                ('title_ar', models.CharField(max_length=200, verbose_name='Arabic title')),
                ('title_fr', models.CharField(blank=True, max_length=200, verbose_name='French title')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='English title')),
                ('body_ar', models.TextField(verbose_name='Arabic text')),
                ('body_fr', models.TextField(blank=True, verbose_name='French text')),
                ('body_en', models.TextField(blank=True, verbose_name='English text')),
            ],
            options={
                'verbose_name': 'guide',
                'verbose_name_plural': 'guides and templates',
                'ordering': ['order', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='LegalText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('kind', models.CharField(choices=[('law', 'law'), ('ordinance', 'ordinance'), ('decree_law', 'decree-law'), ('presidential_decree', 'presidential decree'), ('executive_decree', 'executive decree'), ('decree', 'decree'), ('order', 'ministerial order'), ('decision', 'ministerial decision'), ('instruction', 'ministerial instruction'), ('regulation', 'decision of a regulator')], max_length=20, verbose_name='kind')),
                ('number', models.CharField(blank=True, max_length=30, verbose_name='number')),
                ('dated_on', models.DateField(blank=True, null=True, verbose_name='date')),
                ('precision', models.CharField(choices=[('day', 'exact day'), ('month', 'month only'), ('year', 'year only'), ('unknown', 'unknown')], default='day', max_length=10, verbose_name='precision of the date')),
                ('title_ar', models.CharField(blank=True, max_length=500, verbose_name='Arabic title')),
                ('title_fr', models.CharField(blank=True, max_length=500, verbose_name='French title')),
                ('title_en', models.CharField(blank=True, max_length=500, verbose_name='English title')),
                ('subject', models.CharField(choices=[('twinning', 'twinning'), ('health_system', 'health system'), ('institutions', 'health institutions'), ('staff', 'staff'), ('secondment', 'secondment of staff'), ('south', 'advantages of the south'), ('public_health', 'public health'), ('personal_data', 'protection of personal data'), ('data', 'data and information security'), ('electronic', 'electronic documents and signature'), ('archives', 'archives and registration'), ('finance', 'finance'), ('territory', 'territorial organisation')], max_length=20, verbose_name='about')),
                ('journal', models.CharField(blank=True, max_length=120, verbose_name='official gazette')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('consultation', 'in public consultation'), ('in_force', 'in force'), ('amended', 'in force, amended'), ('repealed', 'repealed')], default='draft', max_length=15, verbose_name='status')),
                ('certainty', models.CharField(choices=[('gazette', 'read in the official gazette'), ('sourced', 'from a public page, not yet compared with the official gazette'), ('general', 'general knowledge, not yet compared with the official gazette')], default='gazette', max_length=10, verbose_name='how certain')),
                ('is_to_check', models.BooleanField(default=False, verbose_name='status to be checked')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('source', models.CharField(blank=True, max_length=700, verbose_name='source')),
                ('body', models.TextField(blank=True, help_text='The draft itself, while it is in consultation; a text in force is attached as a file.', verbose_name='text')),
                ('consultation_ends_on', models.DateField(blank=True, null=True, verbose_name='opinions until')),
                ('search_text', models.CharField(blank=True, editable=False, max_length=1800)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'legal text',
                'verbose_name_plural': 'legal texts',
                'ordering': ['-dated_on', 'pk'],
                'indexes': [models.Index(fields=['country', 'subject'], name='library_leg_country_95c8dd_idx'), models.Index(fields=['status', '-dated_on'], name='library_leg_status_dbbe1a_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'consultation', 'in_force', 'amended', 'repealed'])), name='legal_text_status')],
            },
        ),
        migrations.CreateModel(
            name='LegalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('amends', 'amends'), ('repeals', 'repeals'), ('applies', 'applies')], max_length=10, verbose_name='kind')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='does', to='library.legaltext', verbose_name='text')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='undergoes', to='library.legaltext', verbose_name='the other text')),
            ],
            options={
                'verbose_name': 'link between texts',
                'verbose_name_plural': 'links between texts',
                'ordering': ['source', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('source', 'kind', 'target'), name='legal_link_once'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='legal_link_to_another')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('on_behalf', models.CharField(blank=True, max_length=250, verbose_name='as')),
                ('stance', models.CharField(choices=[('agrees', 'agrees'), ('with_changes', 'agrees with changes'), ('disagrees', 'disagrees')], max_length=15, verbose_name='opinion')),
                ('remarks', models.TextField(blank=True, verbose_name='remarks')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='library.legaltext', verbose_name='legal text')),
            ],
            options={
                'verbose_name': 'opinion on a draft',
                'verbose_name_plural': 'opinions on drafts',
                'ordering': ['text', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('text', 'by'), name='opinion_once')],
            },
        ),
    ]
