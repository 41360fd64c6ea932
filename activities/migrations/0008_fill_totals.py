from django.db import migrations


class Migration(migrations.Migration):
    """Filled the totals once; 0014 does it for every base, in the rows that they have by then."""

    dependencies = [("activities", "0007_trained_people")]

    operations = []
