"""A cut remembers its synthetic cohort; each time patients' rows leave, a line stays."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0004_the_cohort_of_a_centre'),
        ('reports', '0002_part_of_the_data'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='datacut',
            name='cut_once',
        ),
        migrations.AddField(
            model_name='datacut',
            name='cohort',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name='datacut',
            constraint=models.UniqueConstraint(fields=('sha256', 'centres', 'left_out', 'withheld', 'synthetic', 'cohort', 'dictionary_version'), name='cut_once'),
        ),
        migrations.CreateModel(
            name='TakenOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('study', models.CharField(max_length=64)),
                ('centres', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('rows', models.PositiveIntegerField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cut', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.datacut')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.run')),
            ],
            options={
                'ordering': ('-at',),
            },
        ),
    ]
