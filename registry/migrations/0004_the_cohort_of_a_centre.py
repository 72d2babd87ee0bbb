"""A centre of invented patients remembers which synthetic cohort they belong to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_as_reported'),
    ]

    operations = [
        migrations.AddField(
            model_name='centre',
            name='cohort',
            field=models.CharField(blank=True, default='', help_text='The synthetic cohort that its patients belong to, by the id of its study', max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('cohort', ''), ('synthetic', True), _connector='OR'), name='centre_cohort', violation_error_message='Only a centre of invented patients belongs to a cohort'),
        ),
    ]
