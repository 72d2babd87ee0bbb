"""What hangs on a patient belongs to the patient's centre: the database itself refuses anything else."""

from django.db import migrations

COLUMNS = {
    "draft": "patient",
    "matchtoken": "patient",
    "signoff": "patient",
    "linkrequest": "patient",
    "patientmerge": "kept merged",
    "patient": "merged_into",
}

ADD = """
    ALTER TABLE registry_{table} ADD CONSTRAINT {table}_{column}_same_centre
    FOREIGN KEY ({column}_id, centre_id) REFERENCES registry_patient (id, centre_id)
    DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE registry_{table} DROP CONSTRAINT {table}_{column}_same_centre"


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_the_day_of_a_data_manager")]
    operations = [
        migrations.RunSQL(
            ADD.format(table=table, column=column), DROP.format(table=table, column=column)
        )
        for table, columns in COLUMNS.items()
        for column in columns.split()
    ]
