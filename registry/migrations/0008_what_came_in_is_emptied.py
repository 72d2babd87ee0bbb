from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_age_from_a_partial_date'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='emptied_at',
            field=models.DateTimeField(help_text='When the body was emptied: it was over', null=True),
        ),
    ]
