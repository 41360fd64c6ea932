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
                'indexes': [models.Index(fields=['object_type', 'object_id'], name='core_change_object__54c289_idx'), models.Index(fields=['at'], name='core_change_at_3afa3f_idx')],
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
                ('rung', models.CharField(max_length=20, verbose_name='rung')),
                ('event', models.CharField(max_length=60, verbose_name='event')),
                ('words', models.JSONField(default=dict, verbose_name='words')),
                ('path', models.CharField(max_length=200, verbose_name='address')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
                ('state', models.CharField(choices=[('due', 'due'), ('claimed', 'claimed'), ('handed_over', 'handed over'), ('done', 'sent'), ('unknown', 'unknown'), ('needs_person', 'needs a person')], default='due', max_length=15, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_by', models.UUIDField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('message_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['state', 'claimed_at'], name='core_notice_state_56e584_idx'), models.Index(fields=['recipient', '-created_at'], name='core_notice_recipie_d9f26f_idx'), models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'object_type', 'object_id', 'due_on', 'rung', 'recipient'), name='notice_once')],
            },
        ),
    ]
