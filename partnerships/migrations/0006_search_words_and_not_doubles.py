import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0005_drafting_and_room'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='institution',
            name='former_names',
            field=models.TextField(blank=True, editable=False, verbose_name='former names'),
        ),
        migrations.CreateModel(
            name='InstitutionWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('institution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'word of an institution',
                'verbose_name_plural': 'words of institutions',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('word', 'institution'), name='institution_word_once', opclasses=['varchar_pattern_ops', 'int8_ops'])],
            },
        ),
        migrations.CreateModel(
            name='NotDouble',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated at')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.institution', verbose_name='institution')),
                ('said_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='said by')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.institution', verbose_name='institution')),
            ],
            options={
                'verbose_name': 'not a double',
                'verbose_name_plural': 'not doubles',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='not_double_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='not_double_in_order')],
            },
        ),
    ]
