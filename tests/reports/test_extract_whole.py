"""Do the registry's columns hold all of its codes, and say of a cohort what its file says?"""

from __future__ import annotations

import numpy as np
import pytest

from demo.cohorts import roux
from registry.models import DICTIONARY, Patient
from registry.scope import every_centre
from reports.catalogue import catalogue
from reports.extract import take_columns
from tests.reports.network import Network, cohort_rows, new_network, submit
from tests.reports.roux_columns import columns_of, roux_rows


@pytest.fixture
def people(db: None) -> Network:
    return new_network()


def test_every_code_of_the_registry_fits_its_column() -> None:
    items = {
        ("disease", "diagnosis"): "diagnosis",
        ("disease", "all_phenotype"): "all_phenotype",
        ("acute_gvhd", "grade_reported"): "acute_gvhd_grade",
    }
    for (type_name, item), column in items.items():
        codes = DICTIONARY[type_name].by_name[item].code_values
        assert set(codes) <= set(catalogue[column].codes)


def test_the_registry_gives_the_columns_that_the_cohort_file_gives(people: Network) -> None:
    """200 cases through the registry's door against the file read directly.

    What differs on purpose: pseudonyms, the one centre, the age computed from the birth date, and
    the rows of second transplants, which the file has not.
    """
    chosen = [*cohort_rows()[:150], *cohort_rows()[-50:]]
    assert set(submit("C01", [roux.case_of(row) for row in chosen])) == {"new"}
    with every_centre():
        keys = dict(Patient.objects.values_list("pseudonym", "key"))
        stored = take_columns().columns
    first = stored.where(stored["allo_number"] == 1)
    ours = dict(zip((keys[one] for one in first["patient"].tolist()), range(first.n), strict=True))
    wanted = {row["patient_id"] for row in chosen}
    file = columns_of(row for row in roux_rows() if row["patient"] in wanted)
    places = [ours[one] for one in file["patient"].tolist()]
    assert first.n == file.n == 200
    for name in roux_rows()[0]:
        if name in ("patient", "centre", "age_at_transplant"):
            continue
        np.testing.assert_array_equal(first[name][places], file[name], err_msg=name)
    ages = first["age_at_transplant"][places]
    np.testing.assert_allclose(ages, file["age_at_transplant"], atol=0.003)
    seconds = stored.where(stored["allo_number"] == 2)
    assert seconds.n == int(file.known("second_transplant_date").sum())
