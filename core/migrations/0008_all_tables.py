"""The tables as they stand, made in one go in an empty database; one that exists goes step by step, as before."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ('core', '0001_initial'),
        ('core', '0002_seal'),
        ('core', '0003_digests_views_bounces'),
        ('core', '0004_notice_topic'),
        ('core', '0005_rungs_as_long_as_events'),
        ('core', '0006_switches'),
        ('core', '0007_changes_by_person'),
    ]

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('length', models.BigIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('seen_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                ('is_on', models.BooleanField(default=False, verbose_name='on')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
            ],
            options={
                'verbose_name': 'switch',
                'verbose_name_plural': 'switches',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=40, verbose_name='rule')),
                ('object_type', models.CharField(max_length=60, verbose_name='object type')),
                ('object_id', models.BigIntegerField(verbose_name='object number')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('rung', models.CharField(max_length=60, verbose_name='rung')),
                ('event', models.CharField(max_length=60, verbose_name='event')),
                ('topic', models.CharField(blank=True, max_length=20, verbose_name='topic')),
                ('words', models.JSONField(default=dict, verbose_name='words')),
                ('path', models.CharField(max_length=200, verbose_name='address')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('state', models.CharField(choices=[('held', 'kept for the digest'), ('inbox', 'in the inbox only'), ('due', 'due'), ('claimed', 'claimed'), ('handed_over', 'handed over'), ('done', 'sent'), ('unknown', 'unknown'), ('needs_person', 'needs a person')], default='due', max_length=15, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_by', models.UUIDField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('instead_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='in place of')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('told_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='told', to='core.notice', verbose_name='told in the digest')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['state', 'claimed_at'], name='core_notice_state_56e584_idx'), models.Index(condition=models.Q(('state', 'held')), fields=['recipient'], name='notice_held'), models.Index(fields=['recipient', '-created_at'], name='core_notice_recipie_d9f26f_idx'), models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notice_unread'), models.Index(fields=['sent_at'], name='core_notice_sent_at_7f0192_idx')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'object_type', 'object_id', 'due_on', 'rung', 'recipient'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('is_lasting', models.BooleanField(verbose_name='lasting')),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='what the server said')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.notice', verbose_name='notice')),
            ],
            options={
                'verbose_name': 'returned e-mail',
                'verbose_name_plural': 'returned e-mails',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['recipient'], name='bounce_open')],
            },
        ),
        migrations.CreateModel(
            name='NoticePreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=20, verbose_name='topic')),
                ('rhythm', models.CharField(choices=[('at_once', 'at once'), ('daily', 'once a day'), ('weekly', 'once a week'), ('never', 'only in the portal')], default='at_once', max_length=8, verbose_name='rhythm')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_preferences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'preference',
                'verbose_name_plural': 'preferences',
                'constraints': [models.UniqueConstraint(fields=('user', 'topic'), name='preference_once')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=60, verbose_name='page')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=500, verbose_name='filters')),
                ('is_pinned', models.BooleanField(default=False, verbose_name='shown on the home page')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'ordering': ['page', 'name'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'page', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('object_type', models.CharField(max_length=60, verbose_name='object type')),
                ('object_id', models.BigIntegerField(verbose_name='object number')),
                ('kind', models.CharField(max_length=30, verbose_name='document')),
                ('language', models.CharField(max_length=5, verbose_name='language')),
                ('revision', models.PositiveIntegerField(default=0, verbose_name='version of the text')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='fingerprint')),
                ('file', models.FileField(upload_to='issued/%Y/%m', verbose_name='file')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('issued_at', models.DateTimeField(auto_now_add=True, verbose_name='issued at')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
            ],
            options={
                'verbose_name': 'issued document',
                'verbose_name_plural': 'issued documents',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('object_type', 'object_id', 'kind', 'language', 'revision'), name='seal_once')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=60, verbose_name='object type')),
                ('object_id', models.BigIntegerField(verbose_name='object number')),
                ('role', models.CharField(max_length=30, verbose_name='role')),
                ('title', models.CharField(max_length=150, verbose_name='name')),
                ('file', models.FileField(upload_to='attachments/%Y/%m', verbose_name='file')),
                ('media_type', models.CharField(max_length=100, verbose_name='kind of file')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='added at')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='core_attach_object__e2adde_idx')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=60, verbose_name='object type')),
                ('object_id', models.BigIntegerField(verbose_name='object number')),
                ('verb', models.CharField(max_length=40, verbose_name='step')),
                ('from_status', models.CharField(blank=True, max_length=30, verbose_name='from')),
                ('to_status', models.CharField(blank=True, max_length=30, verbose_name='to')),
                ('by_name', models.CharField(blank=True, max_length=200, verbose_name='name at the time')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('before', models.JSONField(blank=True, default=dict, verbose_name='before')),
                ('after', models.JSONField(blank=True, default=dict, verbose_name='after')),
                ('previous', models.CharField(blank=True, editable=False, max_length=64)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'history line',
                'verbose_name_plural': 'history',
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='core_change_object__54c289_idx'), models.Index(fields=['at'], name='core_change_at_3afa3f_idx'), models.Index(fields=['by', '-id'], name='core_change_by_id_7e4120_idx')],
            },
        ),
    ]
