import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
    ]
