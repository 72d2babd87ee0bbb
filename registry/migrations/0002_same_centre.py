"""A record belongs to its patient's centre: the database itself refuses anything else."""

from django.db import migrations

TABLES = (
    "acutegvhd chimerism chronicgvhd complication conditioning consent course death disease "
    "engraftment followup graft identity infusion pretransplantrelapse prophylaxis relapse "
    "statusbefore toxicity transplant treatmentline question"
).split()

ADD = """
    ALTER TABLE registry_{table} ADD CONSTRAINT {table}_same_centre
    FOREIGN KEY (patient_id, centre_id) REFERENCES registry_patient (id, centre_id)
    DEFERRABLE INITIALLY DEFERRED
"""
DROP = "ALTER TABLE registry_{table} DROP CONSTRAINT {table}_same_centre"


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(ADD.format(table=table), DROP.format(table=table)) for table in TABLES
    ]
