from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('library', '0001_library'),
        ('partnerships', '0003_names_of_institutions'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='legal_bases',
            field=models.ManyToManyField(blank=True, related_name='agreements', to='library.legaltext', verbose_name='legal bases'),
        ),
    ]
