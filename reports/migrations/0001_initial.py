"""The first tables."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('registry', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='DataCut',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('centres', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('taken_at', models.DateTimeField()),
                ('rows', models.PositiveIntegerField()),
                ('left_out', models.PositiveIntegerField(default=0, help_text='Patients whose records have errors still to be corrected')),
                ('withheld', models.PositiveIntegerField(default=0, help_text='Patients without consent to the use of their records')),
                ('synthetic', models.BooleanField(default=False)),
                ('dictionary_version', models.CharField(max_length=16)),
                ('columns', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sha256', 'centres', 'left_out', 'withheld', 'synthetic', 'dictionary_version'), name='cut_once')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('study', models.CharField(max_length=64)),
                ('day', models.PositiveSmallIntegerField(default=1)),
                ('hour', models.PositiveSmallIntegerField(default=6)),
                ('time_zone', models.CharField(max_length=40)),
                ('since', models.DateTimeField()),
                ('active', models.BooleanField(default=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'study'), name='subscription_once'), models.CheckConstraint(condition=models.Q(('day__range', (1, 28)), ('hour__range', (0, 23))), name='subscription_time')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('study', models.CharField(max_length=64)),
                ('centres', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('slot', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('dead', 'Failed')], default='queued', max_length=8)),
                ('step', models.CharField(blank=True, help_text='Progress in words', max_length=80)),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('results', models.TextField(blank=True, help_text='reports.results.Results as JSON')),
                ('body', models.TextField(blank=True, help_text='The report for the web page')),
                ('page', models.TextField(blank=True, help_text='The report as one HTML file')),
                ('pdf', models.BinaryField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cut', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='reports.datacut')),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='runs', to='reports.subscription')),
            ],
            options={
                'ordering': ('-asked_at',),
                'constraints': [models.UniqueConstraint(fields=('subscription', 'slot'), name='run_of_slot'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['done', 'dead'])), models.Q(models.Q(('state__in', ['done', 'dead']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='run_finished')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Not sent'), ('unknown', 'Perhaps sent')], default='ready', max_length=8)),
                ('message_id', models.CharField(max_length=120, unique=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('ready_at', models.DateTimeField(help_text='Not to be tried before')),
                ('sent_at', models.DateTimeField(null=True)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='reports.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'to'), name='delivery_once')],
            },
        ),
    ]
