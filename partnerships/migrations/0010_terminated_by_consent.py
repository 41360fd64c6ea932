from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0009_agreement_frozen_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='terminated_by_consent',
            field=models.BooleanField(default=False, editable=False, verbose_name='all parties agreed to end it'),
        ),
    ]
