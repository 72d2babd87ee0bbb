"""Is every column of an export named so that four programs take it, and is all free text thought about?"""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from registry.dictionary.values import Kind
from registry.models import DICTIONARY, Transplant
from registry.scope import scope
from reports.catalogue import catalogue
from reports.exports.analysis import AGES, RELAPSES, TRANSPLANTS
from reports.exports.computed import RULES, band, coarse
from reports.exports.content import Content, content_of
from reports.exports.csv_files import guarded
from reports.exports.names import LONGEST, RESERVED, Names
from reports.exports.programs import FIRST_MISSING, PROGRAMS, laid_out
from reports.exports.tidy import MAY_TELL_WHO, NAMES_A_THING
from reports.exports.variables import REASONS, Table
from reports.exports.words import dictionary_csv, readme
from reports.extract import held, read_records, take_columns
from tests.reports.network import Network

ROOT = Path(__file__).parents[2]
LEGAL = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]")
WEB = """
import os, sys
from importlib import import_module
from tests import conftest
os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"] = "postgres://nobody@localhost/none"
os.environ["REDIS_URL"] = "redis://localhost/0"
conftest.pytest_configure(None)
import_module("config.urls")
print(*({"pandas", "pyreadstat"} & set(sys.modules)))
"""


@pytest.fixture
def content(network: Network) -> Content:
    """What the own centre of the network exports."""
    with scope([network.own_centre.centre_id]):
        records = read_records()
    return content_of(records, "C01")


def test_every_name_is_legal_and_unique_in_every_program(content: Content) -> None:
    for program in PROGRAMS.values():
        for table in content.tables:
            names = [column.variable.name for column in laid_out(table, program)]
            assert len(names) == len({name.lower() for name in names}), table.name
            for name in names:
                assert LEGAL.fullmatch(name) and len(name) <= LONGEST, name
                assert name not in RESERVED, name


def test_a_name_is_cut_and_made_unlike_the_others() -> None:
    names = Names()
    long = "contributing_causes_of_a_death"
    found = [names.new(long, f"_{code}") for code in ("INFECTION_FUNGAL", "INFECTION_VIRAL")]
    found += [names.new(long, "_INFECTION_VIRAL"), names.new("if"), names.new("9")]
    assert len(set(found)) == 5 and all(len(one) <= LONGEST for one in found)
    assert found[-2:] == ["if_2", "v_9"]


def test_a_computed_column_is_named_like_no_item() -> None:
    for rule in RULES:
        assert rule.variable.name not in DICTIONARY[rule.of].by_name, rule.variable.name


def test_every_free_text_is_said_to_leave_or_to_stay() -> None:
    texts = {
        f"{type_.name}.{item.name}"
        for type_ in DICTIONARY.types
        for item in type_.items
        if item.kind is Kind.TEXT and not item.identifying
    }
    assert texts == NAMES_A_THING | MAY_TELL_WHO
    assert not NAMES_A_THING & MAY_TELL_WHO


def test_no_item_can_be_one_of_the_numbers_that_mean_a_missing_value() -> None:
    highest = -FIRST_MISSING
    for type_ in DICTIONARY.types:
        for item in type_.items:
            assert item.low is None or item.low > highest, item.name
    assert len(REASONS) == 6


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("=1+1", "'=1+1"), ("+49", "'+49"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"), ("＝1", "'＝1"), ("'=1", "''=1"), ("a=1", "a=1"), ("'s", "'s"), ("", ""),
    ],
)  # fmt: skip
def test_a_text_never_becomes_a_formula(text: str, left: str) -> None:
    assert guarded(text) == left
    assert not re.match(r"[=+\-@\t\r\n]", left)


def test_no_code_could_be_a_formula(content: Content) -> None:
    for table in content.tables:
        for column in table.columns:
            for one in column.variable.categories:
                assert guarded(one.value) == one.value


def test_the_analysis_tables_are_what_studies_compute_on(
    network: Network, content: Content
) -> None:
    with scope([network.own_centre.centre_id]):
        theirs = take_columns().columns.in_order()
    ours = next(one for one in content.tables if one.name == TRANSPLANTS)
    assert ours.n == theirs.n > 40
    # Cut ages may put two patients with all else alike in another order.
    keys = zip(theirs["patient"].tolist(), theirs["transplant_date"].tolist(), strict=True)
    place = {key: at for at, key in enumerate(keys)}
    dates = ours.column("transplant_date").values.tolist()
    keys = zip(ours.column("pseudonym").values.tolist(), dates, strict=True)
    order = [place[key] for key in keys]
    assert sorted(order) == list(range(ours.n))
    for name, described in catalogue.items():
        column = ours.column("pseudonym" if name == "patient" else name)
        words = {float(one.number): one.value for one in column.variable.categories}
        if described.kind == "yes_no":
            words = {0.0: "no", 1.0: "yes"}
        for here, there in zip(column.values.tolist(), theirs[name][order].tolist(), strict=True):
            if here != here:  # noqa: PLR0124 - NaN is not itself
                assert there in ("", None) or there != there, name  # noqa: PLR0124
            elif name in AGES:
                assert here <= there + 1e-6 and there - here < 1
            else:
                assert (words.get(here, "") if words else here) == there, name


def test_times_and_events_of_the_analysis_tables(content: Content) -> None:
    table = next(one for one in content.tables if one.name == TRANSPLANTS)
    cells = {one.variable.name: one.values for one in table.columns}
    for row in range(table.n):
        start, last = cells["transplant_date"][row], cells["last_contact_date"][row]
        died = cells["death"][row] == 1
        assert cells["os_days"][row] == (last - start).astype(int)
        assert cells["os_event"][row] == died
        failed = cells["failure"][row] == 1
        assert cells["ci_event"][row] == (1 if failed else 2 if died else 0)
        assert cells["rfs_event"][row] == (failed or died)
        wanted = cells["days_to_failure"][row] if failed else cells["os_days"][row]
        assert cells["ci_days"][row] == cells["rfs_days"][row] == wanted


def test_one_row_per_first_relapse(content: Content) -> None:
    table = next(one for one in content.tables if one.name == RELAPSES)
    cells = {one.variable.name: one.values for one in table.columns}
    assert (cells["failure"] == 1).all() and table.n == 40
    for row in range(table.n):
        second = cells["second_transplant_date"][row]
        happened = second == second  # noqa: PLR0124 - NaT is not itself
        assert cells["hsct2_event"][row] == (
            1 if happened else 2 if cells["death"][row] == 1 else 0
        )
        since = cells["last_contact_date"][row] - cells["failure_date"][row]
        assert cells["os_days"][row] == since.astype(int)


def test_ages_are_cut_and_bands_are_exact() -> None:
    ages = [Decimal(one) for one in ("4.999", "5.000", "17.999", "18.000", "60.1")]
    tenths = [str(coarse(one, first=True)) for one in ages]
    assert tenths == ["4.9", "5.0", "17.9", "18.0", "60.1"]
    assert [str(coarse(one, first=False)) for one in ages] == ["4", "5", "17", "18", "60"]
    assert [band(one) for one in ages] == ["0-4", "5-9", "15-17", "18-39", "60+"]
    assert (coarse(None, first=True), band(None)) == (None, None)


def test_each_patient_has_one_age_in_tenths(network: Network) -> None:
    """With tenths at several dates the birth date would be known to some days."""
    with scope([network.own_centre.centre_id]):
        Transplant.objects.update(age_at_transplant=Decimal("17.987"))
        records = read_records()
    content = content_of(records, "C01")
    tidy = next(one for one in content.tables if one.name == "transplants")
    analysed = next(one for one in content.tables if one.name == TRANSPLANTS)
    for table, name in ((tidy, "age_years"), (analysed, "age_at_transplant")):
        ages = table.column(name).values
        by_patient: dict[str, list[float]] = {}
        for row in np.argsort(dates_of(table), kind="stable"):
            by_patient.setdefault(table.column("pseudonym").values[row], []).append(ages[row])
        assert any(len(one) > 1 for one in by_patient.values())
        for found in by_patient.values():
            assert found == [17.9] + [17.0] * (len(found) - 1)
    at_diagnosis = analysed.column("age_at_diagnosis")
    known = at_diagnosis.values[~np.isnan(at_diagnosis.values)]
    assert known.size and (known == np.floor(known)).all() and at_diagnosis.variable.places == 0


def test_without_an_allogeneic_transplant_it_is_the_age_at_the_first(network: Network) -> None:
    with scope([network.own_centre.centre_id]):
        Transplant.objects.update(age_at_transplant=Decimal("17.987"), type="AUTO")
        records = read_records()
    tables = content_of(records, "C01").tables
    table = next(one for one in tables if one.name == "transplants")
    ages, patients = table.column("age_years").values, table.column("pseudonym").values
    assert (ages == 17.9).sum() == len(set(patients)) < table.n == np.isin(ages, [17.9, 17.0]).sum()


def test_the_words_say_how_ages_are_told(content: Content) -> None:
    program = PROGRAMS["csv"]
    told = readme(content, program, {"Centre": "C01"})
    assert "One age of each patient is cut to tenths" in told
    assert "at diagnosis are completed years" in told
    lines = dictionary_csv(content, program).decode().splitlines()
    for name in ("transplants,age_years", f"{TRANSPLANTS},age_at_transplant"):
        (line,) = (one for one in lines if one.startswith(f"{name},"))
        assert "tenths at several dates" in line
    (line,) = (one for one in lines if one.startswith(f"{TRANSPLANTS},age_at_diagnosis,"))
    assert "Completed years" in line


def dates_of(table: Table) -> np.ndarray[Any, Any]:
    """The dates of its transplants."""
    name = "date" if table.name == "transplants" else "transplant_date"
    return table.column(name).values


def test_a_type_that_nothing_is_computed_from_cannot_be_asked_for(network: Network) -> None:
    with scope([network.own_centre.centre_id]):
        one = next(held(read_records()))
    with pytest.raises(KeyError):
        one.case.of("consent")


def test_the_web_process_does_not_load_what_writes_the_files() -> None:
    found = subprocess.run(
        [sys.executable, "-c", WEB], cwd=ROOT, text=True, capture_output=True, check=True
    )
    assert found.stdout.split() == []
