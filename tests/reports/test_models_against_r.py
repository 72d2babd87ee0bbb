"""Do the models beyond the paper's tables give what R gives on the same synthetic cohort?

The tables of golden/ are made by golden/models.R.
"""

import csv
from dataclasses import replace
from io import BytesIO
from math import log, sqrt
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from reports.compute.proportional import ALL, rejections
from reports.compute.values import Writer
from reports.render.html import report_page
from reports.render.pdf import pdf
from reports.render.sheet import workbook
from reports.render.tabular import tabular
from reports.render.word import word
from reports.results import Row
from tests.reports.computed import compute, number
from tests.reports.roux_columns import roux_rows

GOLDEN = Path(__file__).parent / "golden"
RESULTS = compute(roux_rows())
COLUMNS = {  # R's names of the coefficients, and ours
    "second_on": "second",
    "dli_on": "dli",
    "cryes": "cr.yes",
    "palliativeyes": "palliative.yes",
    "interval92-182": "interval.92-182",
    "interval183-364": "interval.183-364",
    "interval>=365": "interval.>=365",
    "treatmentsecond_hsct": "treatment.second_hsct",
    "treatmentchemo_dli": "treatment.chemo_dli",
    "treatmentpalliative": "treatment.palliative",
    "treatmentchemotherapy": "treatment.chemotherapy",
    "treatmentdli": "treatment.dli",
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (GOLDEN / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows, f"golden/{name}.csv is empty"
    return rows


def ids(row: dict[str, str]) -> str:
    return row.get("coefficient") or row["test"]


@pytest.mark.parametrize("row", rows_of("roux_time_dependent"), ids=ids)
def test_switches_in_time_are_those_of_tmerge_and_coxph(row):
    for part in ("hr", "lo", "hi", "p"):
        ours = number(RESULTS, f"s5.{COLUMNS[row['coefficient']]}.{part}")
        assert ours == pytest.approx(float(row[part]), rel=1e-6)


@pytest.mark.parametrize(
    "row",
    [one for one in rows_of("roux_against_chemotherapy") if "treatment" in one["coefficient"]],
    ids=ids,
)
def test_the_published_model_against_another_reference(row):
    for part in ("hr", "lo", "hi", "p"):
        ours = number(RESULTS, f"s5.published.{COLUMNS[row['coefficient']]}.{part}")
        assert ours == pytest.approx(float(row[part]), rel=1e-6)


@pytest.mark.parametrize("row", rows_of("roux_time_dependent_interactions"), ids=ids)
def test_interactions_of_the_switches(row):
    switch, covariate = row["test"].replace("_on", "").split(":")
    ours = number(RESULTS, f"s5.{switch}.{covariate}.p")
    assert ours == pytest.approx(float(row["p"]), rel=1e-6)


@pytest.mark.parametrize("row", rows_of("roux_interactions"), ids=ids)
def test_pairwise_interactions(row):
    key = f"s3.{row['test'].replace(':', '.')}"
    assert number(RESULTS, f"{key}.df") == int(row["df"])
    for part in ("chi2", "p"):
        assert number(RESULTS, f"{key}.{part}") == pytest.approx(float(row[part]), rel=1e-6)


def test_all_pairs_are_tested_and_the_one_of_the_text_is_among_them():
    tested = next(table for table in RESULTS.tables if table.id == "s3")
    assert len(tested.rows) == len(rows_of("roux_interactions")) == 3
    assert number(RESULTS, "s3.treatment.interval.p") == number(RESULTS, "text.interaction.p")


@pytest.mark.parametrize("row", rows_of("roux_zph"), ids=ids)
def test_proportional_hazards(row):
    key = f"s4.{row['test'].lower()}"
    assert number(RESULTS, f"{key}.df") == int(row["df"])
    for part in ("chi2", "p"):
        assert number(RESULTS, f"{key}.{part}") == pytest.approx(float(row[part]), rel=1e-6)


def test_rejected_hazards_are_told_below_both_tables_in_every_output():
    said = (
        "▲ Proportional hazards are rejected for transplant to failure (P = 0.018): its hazard "
        "ratios are averages over time."
    )
    tables = {table.id: table for table in RESULTS.tables}
    told = {name: [n for n in tables[name].footnotes if "▲" in n] for name in tables}
    told = {name: notes for name, notes in told.items() if notes}
    assert told == {"t4": [f"{said} Table S4 holds the test."], "s4": [said]}
    pages = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf(RESULTS))).pages)
    letter = " ".join(p.text for p in Document(BytesIO(word(RESULTS))).paragraphs)
    book = load_workbook(BytesIO(workbook(RESULTS)))
    cells = (str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    for text in (report_page(RESULTS), pages, letter, " ".join(cells), tabular(RESULTS).decode()):
        assert "".join(text.split()).count("".join(said.split())) == 2


@pytest.mark.parametrize(
    ("df", "p", "of", "then"),
    [
        (1, 0.018, "TBI (P = 0.018)", "its hazard ratio is an average"),
        (1, 0.0004, "TBI (P < 0.001)", "its hazard ratio is an average"),
        (2, 0.049, "TBI (P = 0.049)", "its hazard ratios are averages"),
        (1, 0.05, "", ""),
        (1, None, "", ""),
    ],
)
def test_what_is_said_of_rejected_hazards(df, p, of, then):
    write = Writer("0.001", {})
    row = Row("TBI", (write.count("z.df", df), None, write.p("z.p", p, "Not tested.")))
    of_all = of.replace("TBI", "the model as a whole")
    for label, named, told in (("TBI", of, then), (ALL, of_all, "its hazard ratios are averages")):
        said = f"▲ Proportional hazards are rejected for {named}: {told} over time."
        assert list(rejections([replace(row, label=label)])) == ([said] if of else [])


@pytest.mark.parametrize("row", rows_of("roux_imputed"), ids=ids)
def test_imputed_ratios_are_as_near_to_mice_as_ten_copies_can_be(row):
    key = f"s1.imputed.{COLUMNS[row['coefficient']]}"
    between, times = float(row["between"]), 10
    off = log(number(RESULTS, f"{key}.hr") or 0) - float(row["estimate"])
    assert abs(off) <= 3 * sqrt(between / times)
    # Limits on the log scale are two quantiles of t apart; 1.96 and 2.0 for these df.
    width = log(number(RESULTS, f"{key}.hi") or 0) - log(number(RESULTS, f"{key}.lo") or 0)
    total = float(row["within"]) + (1 + 1 / times) * between
    assert width == pytest.approx(2 * 1.97 * sqrt(total), rel=0.1)
    assert 0 < (number(RESULTS, f"{key}.fmi") or 0) < 0.3


def test_complete_and_imputed_stand_side_by_side():
    parts = ("n", "deaths")
    assert [number(RESULTS, f"s1.complete.{part}") for part in parts] == [288, 253]
    assert [number(RESULTS, f"s1.imputed.{part}") for part in parts] == [334, 294]
    for row in rows_of("roux_imputed"):
        name = COLUMNS[row["coefficient"]]
        assert number(RESULTS, f"s1.complete.{name}.hr") == number(RESULTS, f"t4.{name}.hr")


def test_counted_from_its_day_on_the_second_transplant_no_longer_looks_better():
    published = number(RESULTS, "s5.published.treatment.second_hsct.hr") or 0
    assert published < 1 < (number(RESULTS, "s5.second.hr") or 0)
    assert (number(RESULTS, "s5.second.n"), number(RESULTS, "s5.dli.n")) == (70, 43)


def test_the_subgroups_hold_all_but_the_biphenotypic():
    ns = {name: number(RESULTS, f"{name}.global.n") for name in ("s6", "s8")}
    biphenotypic = number(RESULTS, "t1.leuk.biphenotypic.n") or 0
    assert sum(n or 0 for n in ns.values()) + biphenotypic == 288
    for survival, model in (("s6", "s7"), ("s8", "s9")):
        found = next(table for table in RESULTS.tables if table.id == model)
        assert found.n == ns[survival]
