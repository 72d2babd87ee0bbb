"""A run may take a part of the data, and its patients may be the paper's or not."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='judged',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='period_from',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='period_to',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('period_from__gt', models.F('period_to')), _negated=True), name='run_period'),
        ),
    ]
