"""What does the paper check say of the five papers: exactly their errors, and nobody else's?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from reports import published
from reports.published import FOLDER
from reports.self_check import PaperCheck, check
from reports.self_check.count_tests import ONE_SIDED, PEARSON
from reports.self_check.findings import Finding, Kind, Rule
from reports.self_check.groups import named, usual_test

PAPERS = sorted(path.stem for path in FOLDER.glob("*.json") if "addresses" not in path.stem)
ERRORS = (Kind.WRONG, Kind.FORCED, Kind.TWO_WAYS)


def of(name: str) -> PaperCheck:
    paper = published.read(name)
    return check(paper.entries, paper.rules)


def found(name: str, *kinds: Kind) -> list[Finding]:
    return [finding for finding in of(name).findings if finding.kind in kinds]


def test_there_are_five_papers() -> None:
    assert PAPERS == ["hazar", "hsct2", "kaya", "momm", "roux"]


@pytest.mark.parametrize(
    ("name", "accused"),
    [
        ("hazar", []),
        ("momm", []),
        ("hsct2", ["hsct2.010"]),
        (
            "roux",
            ["roux.054", "roux.070", "roux.070+", "roux.072", "roux.074", "roux.114", "roux.253",
             "roux.260", "roux.261", "roux.262"],
        ),
        (
            "kaya",
            ["kaya.006", "kaya.011", "kaya.018", "kaya.024", "kaya.037", "kaya.055", "kaya.073",
             "kaya.093", "kaya.160"],
        ),
    ],
)  # fmt: skip
def test_exactly_the_known_errors_are_found(name: str, accused: list[str]) -> None:
    ids = [one.ids[0] + ("+" if len(one.ids) > 1 else "") for one in found(name, *ERRORS)]
    assert sorted(ids) == accused


def test_of_all_p_values_of_counts_only_kayas_phenotype_is_accused() -> None:
    p_values = [
        entry.id
        for name in PAPERS
        for entry in published.read(name).entries
        if entry.unit == "p" and entry.id in published.read(name).contradictions
    ]
    # Roux: against the ratio and its limits, and printed otherwise in the text.
    assert p_values == ["kaya.018", "roux.174", "roux.253", "roux.262"]


def test_the_wrong_numbers_of_roux_and_what_they_should_be() -> None:
    told = {one.ids[0]: one.instead for one in found("roux", *ERRORS) if len(one.ids) == 1}
    assert told == {
        "roux.054": "61%",
        "roux.070": "42.7%",
        "roux.072": "44.1%",
        "roux.074": "10.4%",
        "roux.114": "5%",
        "roux.253": "0.000036 to 0.00016",
        "roux.260": "0.46",
        "roux.261": "0.30",
        "roux.262": "0.007 to 0.012",
    }
    assert {one.ids[0] for one in found("roux", Kind.FORCED)} == {"roux.054"}


def test_the_sums_and_denominators_of_roux() -> None:
    missing = [one.sentence for one in found("roux", Kind.MISSING_NOT_TOLD)]
    assert ["286 of 288; 2 patients" in missing[0], "285 of 288; 3 patients" in missing[1]] == [
        True,
        True,
    ]
    (column,) = (one for one in found("roux", Kind.WRONG) if len(one.ids) > 1)
    assert "43.9 + 43.9 + 10.5 + 2.8 add to 101.1" in column.sentence
    others = {one.ids[0]: one.instead for one in found("roux", Kind.OTHER_DENOMINATOR)}
    assert others == {"roux.039": "184 of 285", "roux.057": "40 of 334"}
    cut = {one.ids[0] for one in found("roux", Kind.TRUNCATED)}
    assert cut == {"roux.007", "roux.041", "roux.052", "roux.090"}


def test_the_p_values_of_kaya_are_one_sided_fisher() -> None:
    tested = {one.id: one for one in of("kaya").tested}
    usual = usual_test(list(tested.values()))
    assert usual == ONE_SIDED
    tests = {key: fit.test if (fit := named(one, usual)) else "" for key, one in tested.items()}
    assert tests.pop("kaya.018") == "" and tests.pop("kaya.031") == PEARSON
    assert set(tests.values()) == {ONE_SIDED} and len(tests) == 10
    how = {key: named(one, usual).how for key, one in tested.items() if named(one, usual)}
    assert {key for key, word in how.items() if word == "truncated"} == {"kaya.031", "kaya.109"}
    (told,) = found("kaya", Kind.TEST)
    assert told.sentence.startswith("10 of the 11 P values to which it applies are Fisher's exact")


def test_the_headline_of_kaya_holds_on_one_side_only() -> None:
    (told,) = found("kaya", Kind.ONE_SIDED)
    assert told.ids == ("kaya.118",) and told.instead == "0.0567"


def test_the_phenotype_of_kaya_would_be_053() -> None:
    (told,) = found("kaya", Kind.WRONG)
    assert told.ids == ("kaya.018",) and told.instead.startswith("0.529 by Fisher's exact test")


def test_the_age_of_kaya_is_no_t_test() -> None:
    (told,) = found("kaya", Kind.NO_T_TEST)
    assert told.ids[0] == "kaya.123" and told.instead == "0.30 to 0.38"


def test_the_percentages_of_kaya_are_made_to_add_to_100() -> None:
    made = {(one.printed, one.instead) for one in found("kaya", Kind.FORCED)}
    assert made == {("12%", "11%"), ("45%", "44%")}


@pytest.mark.parametrize("name", PAPERS)
def test_every_number_of_the_paper_is_counted(name: str) -> None:
    paper, checked = published.read(name), of(name)
    assert checked.printed == sum(entry.from_paper for entry in paper.entries)
    assert 0 <= checked.untouched < checked.printed
    looked = dict(checked.looked)
    assert looked and all(looked.values())
    tables = [table for table, _ in checked.by_table()]
    assert len(tables) == len(set(tables))


def test_how_much_of_each_paper_was_looked_at() -> None:
    shares = {name: (of(name).printed - of(name).untouched, of(name).printed) for name in PAPERS}
    assert shares["roux"][0] > 200 and shares["kaya"][0] > 140
    assert Counter(dict(of("roux").looked))[Rule.WALD] == 24


def test_a_corrected_paper_is_accused_of_nothing() -> None:
    paper = published.read("kaya")
    entries = [
        replace(entry, value=0.53, printed="0.53") if entry.id == "kaya.018" else entry
        for entry in paper.entries
    ]
    accused = {one.ids[0] for one in check(entries, paper.rules).findings if one.kind is Kind.WRONG}
    assert accused == set()


@pytest.mark.parametrize("name", PAPERS)
def test_every_key_of_a_rule_is_a_printed_number(name: str) -> None:
    paper = published.read(name)
    keys = {entry.key for entry in paper.entries}
    rules = paper.rules
    wholes = [block.whole for block in rules.blocks]
    wholes += [whole for _, whole in rules.percentages.values() if whole != "sum"]
    wholes += [key for groups in rules.groups for key in groups.sizes.values()]
    wholes += [*rules.denominators, *rules.denominators.values()]
    assert set(wholes) <= keys
    for beginning in (part for block in rules.blocks for part in block.of):
        assert any(key == beginning or key.startswith(beginning) for key in keys), beginning
