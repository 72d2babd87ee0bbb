"""What a source gives only as a group or in part can be stored as it was reported."""

from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_same_centre'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='acutegvhd',
            name='acutegvhd_grade_reported',
        ),
        migrations.RemoveConstraint(
            model_name='death',
            name='death_primary_cause',
        ),
        migrations.RemoveConstraint(
            model_name='death',
            name='death_contributing_causes',
        ),
        migrations.RemoveConstraint(
            model_name='transplant',
            name='transplant_disease_status',
        ),
        migrations.AddField(
            model_name='chimerism',
            name='group_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Donor cells, group as reported'),
        ),
        migrations.AddField(
            model_name='chimerism',
            name='group_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='chimerismevent',
            name='group_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Donor cells, group as reported'),
        ),
        migrations.AddField(
            model_name='chimerismevent',
            name='group_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='prophylaxis',
            name='ptcy_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Cyclophosphamide after transplant, as reported'),
        ),
        migrations.AddField(
            model_name='prophylaxis',
            name='ptcy_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='prophylaxisevent',
            name='ptcy_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Cyclophosphamide after transplant, as reported'),
        ),
        migrations.AddField(
            model_name='prophylaxisevent',
            name='ptcy_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='statusbefore',
            name='bmi_reported',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=14, null=True, verbose_name='Body mass index, as reported'),
        ),
        migrations.AddField(
            model_name='statusbefore',
            name='bmi_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='statusbeforeevent',
            name='bmi_reported',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=14, null=True, verbose_name='Body mass index, as reported'),
        ),
        migrations.AddField(
            model_name='statusbeforeevent',
            name='bmi_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='treatmentline',
            name='toxicity_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Worst toxicity, as reported'),
        ),
        migrations.AddField(
            model_name='treatmentline',
            name='toxicity_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddField(
            model_name='treatmentlineevent',
            name='toxicity_reported',
            field=models.CharField(blank=True, max_length=32, null=True, verbose_name='Worst toxicity, as reported'),
        ),
        migrations.AddField(
            model_name='treatmentlineevent',
            name='toxicity_reported_missing',
            field=models.CharField(blank=True, max_length=3, null=True),
        ),
        migrations.AddConstraint(
            model_name='acutegvhd',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grade_reported__isnull', True), models.Q(('grade_reported_missing__isnull', True), ('grade_reported__in', ['0', 'I', 'II', 'III', 'IV', 'II-IV'])), _connector='OR'), models.Q(('grade_reported_missing__isnull', True), ('grade_reported_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='acutegvhd_grade_reported'),
        ),
        migrations.AddConstraint(
            model_name='chimerism',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group_reported__isnull', True), models.Q(('group_reported_missing__isnull', True), ('group_reported__in', ['FULL', 'MIXED', 'RECIPIENT'])), _connector='OR'), models.Q(('group_reported_missing__isnull', True), ('group_reported_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='chimerism_group_reported'),
        ),
        migrations.AddConstraint(
            model_name='death',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('primary_cause__isnull', True), models.Q(('primary_cause_missing__isnull', True), ('primary_cause__in', ['RELAPSE', 'ACUTE_GVHD', 'CHRONIC_GVHD', 'GRAFT_FAILURE', 'INFECTION_BACTERIAL', 'INFECTION_VIRAL', 'INFECTION_FUNGAL', 'INFECTION_PROTOZOAL', 'INFECTION_UNKNOWN', 'IPS_ARDS', 'VOD', 'CARDIAC', 'PULMONARY', 'RENAL', 'CNS', 'MULTIPLE_ORGAN', 'CRS_NEUROTOXICITY', 'HAEMORRHAGE', 'TMA', 'SECOND_MALIGNANCY', 'CELL_THERAPY', 'ACCIDENT_SUICIDE', 'OTHER', 'NON_RELAPSE_NOS', 'UNKNOWN'])), _connector='OR'), models.Q(('primary_cause_missing__isnull', True), ('primary_cause_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='death_primary_cause'),
        ),
        migrations.AddConstraint(
            model_name='death',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contributing_causes__isnull', True), models.Q(('contributing_causes_missing__isnull', True), ('contributing_causes__contained_by', ['RELAPSE', 'ACUTE_GVHD', 'CHRONIC_GVHD', 'GRAFT_FAILURE', 'INFECTION_BACTERIAL', 'INFECTION_VIRAL', 'INFECTION_FUNGAL', 'INFECTION_PROTOZOAL', 'INFECTION_UNKNOWN', 'IPS_ARDS', 'VOD', 'CARDIAC', 'PULMONARY', 'RENAL', 'CNS', 'MULTIPLE_ORGAN', 'CRS_NEUROTOXICITY', 'HAEMORRHAGE', 'TMA', 'SECOND_MALIGNANCY', 'CELL_THERAPY', 'ACCIDENT_SUICIDE', 'OTHER', 'NON_RELAPSE_NOS', 'UNKNOWN'])), _connector='OR'), models.Q(('contributing_causes_missing__isnull', True), ('contributing_causes_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='death_contributing_causes'),
        ),
        migrations.AddConstraint(
            model_name='prophylaxis',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ptcy_reported__isnull', True), models.Q(('ptcy_reported_missing__isnull', True), ('ptcy_reported__in', ['YES', 'NO'])), _connector='OR'), models.Q(('ptcy_reported_missing__isnull', True), ('ptcy_reported_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='prophylaxis_ptcy_reported'),
        ),
        migrations.AddConstraint(
            model_name='statusbefore',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bmi_reported__isnull', True), models.Q(('bmi_reported_missing__isnull', True), ('bmi_reported__gte', Decimal('5')), ('bmi_reported__lte', Decimal('100'))), _connector='OR'), models.Q(('bmi_reported_missing__isnull', True), ('bmi_reported_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='statusbefore_bmi_reported'),
        ),
        migrations.AddConstraint(
            model_name='transplant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disease_status__isnull', True), models.Q(('disease_status_missing__isnull', True), ('disease_status__in', ['UNTREATED', 'CR1', 'CR2', 'CR3', 'CR4', 'CR_NOS', 'PIF', 'RELAPSE1', 'RELAPSE2', 'RELAPSE3', 'ADVANCED'])), _connector='OR'), models.Q(('disease_status_missing__isnull', True), ('disease_status_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='transplant_disease_status'),
        ),
        migrations.AddConstraint(
            model_name='treatmentline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('toxicity_reported__isnull', True), models.Q(('toxicity_reported_missing__isnull', True), ('toxicity_reported__in', ['1-2', '3-4', '5'])), _connector='OR'), models.Q(('toxicity_reported_missing__isnull', True), ('toxicity_reported_missing__in', ['ND', 'UNK', 'NA', 'NYA', 'REF', 'WD']), _connector='OR')), name='treatmentline_toxicity_reported'),
        ),
    ]
