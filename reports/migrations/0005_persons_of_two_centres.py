"""A cut remembers which of its patients are one person in several centres."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0004_exports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='datacut',
            name='cut_once',
        ),
        migrations.AddField(
            model_name='datacut',
            name='linked',
            field=models.JSONField(default=list, help_text='Pseudonyms of each person who stands in several centres'),
        ),
        migrations.AddConstraint(
            model_name='datacut',
            constraint=models.UniqueConstraint(fields=('sha256', 'centres', 'left_out', 'withheld', 'synthetic', 'linked', 'cohort', 'dictionary_version'), name='cut_once'),
        ),
    ]
