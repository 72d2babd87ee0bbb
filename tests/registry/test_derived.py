"""Are the derived analysis variables what a pencil gives?"""

from datetime import date
from decimal import Decimal

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.dictionary.values import PartialDate
from registry.models import DICTIONARY
from tests.spec.tables import patient

day = PartialDate.parse


def case_of(**items: object) -> Case:
    reading = read_case(DICTIONARY, patient(**items))
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("relapse", "frontline_end", "timing"),
    [
        ("2008-08-27", None, "VERY_EARLY"),
        ("2008-08-28", None, None),
        ("2008-08-28", "2009-01-15", "EARLY"),
        ("2009-07-14", "2009-01-15", "EARLY"),
        ("2009-07-15", "2009-01-15", "LATE"),
        ("2008-08", "2009-01-15", None),
        ("2008-07", None, "VERY_EARLY"),
        ("2009-07", "2009-01", None),
        ("2009-08", "2009-01", "LATE"),
        ("2012", "2009", "LATE"),
    ],
)
def test_bfm_timing_counts_calendar_months(
    relapse: str, frontline_end: str | None, timing: str | None
) -> None:
    """Diagnosis on 28 February 2007: 18 months end on 28 August 2008."""
    end = day(frontline_end) if frontline_end else None
    assert derived.bfm_timing(day("2007-02-28"), day(relapse), end) == timing


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2007, 8, 31), 6, date(2008, 2, 29)),
        (date(2008, 8, 31), 18, date(2010, 2, 28)),
        (date(2008, 6, 15), 6, date(2008, 12, 15)),
        (date(2008, 12, 31), 12, date(2009, 12, 31)),
    ],
)
def test_months_end_on_the_last_day_of_a_short_month(start: date, months: int, end: date) -> None:
    assert derived.add_months(start, months) == end


@pytest.mark.parametrize(
    ("born", "when", "years"),
    [
        ("1996-06-13", "2009-04-24", "12.862"),  # 315 days after the 12th birthday
        ("2000-01-01", "2009-12-31", "9.997"),  # 364 days
        ("2000-01-01", "2010-01-01", "10.000"),
        ("2003-03-02", "2004-03-01", "0.999"),  # 365 of 366 days
        ("2004-02-29", "2005-02-28", "0.999"),
        ("2004-02-29", "2005-03-01", "1.000"),
        ("2004-02-29", "2008-02-29", "4.000"),
        ("2005-05-05", "2005-05-05", "0.000"),
        ("2004-06", "2008-06-16", "4.003"),  # the middle of June is the 15th
    ],
)
def test_age_changes_on_the_birthday(born: str, when: str, years: str) -> None:
    assert derived.age_years(day(born), day(when)) == Decimal(years)


@pytest.mark.parametrize(
    ("born", "when", "years"),
    [
        ("2004", "2008-06-16", "3.961"),  # born 1 July 2004: 351 days after the birthday
        ("2005", "2008-06-16", "2.958"),  # born 2 July 2005: 350 days after the birthday
        ("2005-07-02", "2008", "2.999"),  # 1 July 2008: 365 days after the birthday
        ("2005", "2005-03-01", "0.000"),  # its middle would come after the transplant
        ("2005-03", "2005-03-05", "0.000"),
        ("2005", "2005", "0.000"),
    ],
)
def test_a_birth_known_to_the_year_stands_for_its_middle(born: str, when: str, years: str) -> None:
    assert derived.age_years(day(born), day(when)) == Decimal(years)


@pytest.mark.parametrize(
    ("born", "when"), [("2008-06-17", "2008-06-16"), ("2009", "2008-12-31"), ("2009-01", "2008")]
)
def test_no_age_before_birth(born: str, when: str) -> None:
    assert derived.age_years(day(born), day(when)) is None


def test_days_between_uses_the_middle_of_a_month() -> None:
    assert derived.days_between(day("2008-03-14"), day("2008-06-13")) == 91
    assert derived.days_between(day("2008-02"), day("2008-02-20")) == 5
    assert derived.days_between(day("2008-03-14"), day("2008-03-01")) == -13
    assert derived.days_between(None, day("2008-03-14")) is None


@pytest.mark.parametrize(
    ("disease", "kind"),
    [
        ({"diagnosis": "AML"}, "AML"),
        ({"diagnosis": "ALL", "all_phenotype": "B"}, "B-ALL"),
        ({"diagnosis": "ALL", "all_phenotype": "T"}, "T-ALL"),
        ({"diagnosis": "ALL", "all_phenotype": {"missing": "UNK"}}, None),
        ({"diagnosis": "AL_MPAL"}, "biphenotypic"),
        ({"diagnosis": "MDS"}, None),
    ],
)
def test_leukaemia_type(disease: dict[str, object], kind: str | None) -> None:
    case = case_of(diseases=[disease], transplants=[{"number": 1, "date": "2008-03-14"}])
    assert derived.leukaemia_type(case.of("disease")[0]) == kind
    assert derived.leukaemia_type(case.of("transplant")[0]) == kind


@pytest.mark.parametrize(
    ("grafts", "group"),
    [
        ([{"donor_type": "SIB_MATCHED"}], "matched sibling"),
        ([{"donor_type": "SYNGENEIC"}], "syngeneic"),
        ([{"donor_type": "HAPLO"}], "mismatched related"),
        ([{"donor_type": "REL_MISMATCH_1"}], "mismatched related"),
        ([{"donor_type": "URD_MATCHED"}], "matched unrelated"),
        ([{"donor_type": "URD_MISMATCHED"}], "mismatched unrelated"),
        ([{"donor_type": "URD_NOS", "hla_typed": 10, "hla_matched": 10}], "unrelated unspecified"),
        ([{"donor_type": "REL_MATCHED_OTHER"}], "other"),
        ([{"donor_type": "CORD_UNREL", "hla_typed": 6, "hla_matched": 4}], "mismatched unrelated"),
        ([{"donor_type": "CORD_UNREL", "hla_typed": 6, "hla_matched": 6}], "matched unrelated"),
        ([{"donor_type": "CORD_UNREL"}], "unrelated unspecified"),
        (
            [{"donor_type": "CORD_REL", "relation": "SIBLING", "match_level": "MATCHED"}],
            "matched sibling",
        ),
        ([{"donor_type": "CORD_REL", "match_level": "MISMATCHED"}], "mismatched related"),
        ([{"donor_type": "CORD_REL"}], None),
        (
            [
                {"donor_type": "CORD_UNREL"},
                {"donor_type": "CORD_UNREL", "match_level": "MISMATCHED"},
            ],
            "mismatched unrelated",
        ),
        ([{"donor_type": "HAPLO"}, {"donor_type": "CORD_UNREL"}], "other"),
        ([{}], None),
        ([], None),
    ],
)
def test_donor_group(grafts: list[dict[str, object]], group: str | None) -> None:
    case = case_of(transplants=[{"number": 1, "grafts": grafts}])
    assert derived.donor_group(case.of("transplant")[0]) == group


def test_stem_cell_source_is_that_of_this_transplant() -> None:
    case = case_of(
        transplants=[
            {"number": 1, "grafts": [{"source": "BM"}]},
            {"number": 2, "grafts": [{"source": "BM_PB"}, {"source": "PB"}]},
            {"number": 3, "grafts": [{"source": "PB"}, {"source": "CB"}]},
        ]
    )
    assert [derived.stem_cell_source(one) for one in case.of("transplant")] == ["BM", "PB", None]


@pytest.mark.parametrize(
    ("sites", "group"),
    [
        (["BM"], "ISOLATED_BM"),
        (["PB", "BM"], "ISOLATED_BM"),
        (["CNS", "SKIN"], "ISOLATED_EM"),
        (["PB", "TESTIS"], "COMBINED"),
        ([], None),
    ],
)
def test_site_group(sites: list[str], group: str | None) -> None:
    case = case_of(relapses=[{"number": 1, "sites": sites}])
    assert derived.site_group(case.of("relapse")[0]) == group


TWO_TRANSPLANTS = [
    {"number": 2, "date": "2010-03-14", "type": "ALLO", "post_hsct_cr": "NOT_EVALUABLE"},
    {"number": 1, "date": "2008-03-14", "type": "ALLO", "post_hsct_cr": "IN_CR"},
    {"date": "2008-08-01", "type": "ALLO", "boost_or_rescue": "CD34_BOOST"},
]


def test_first_failure_is_haematological_and_follows_that_transplant() -> None:
    case = case_of(
        transplants=TWO_TRANSPLANTS,
        relapses=[
            {"number": 4, "after_transplant": 2, "kind": "RELAPSE", "date": "2011-01-01"},
            {"number": 3, "after_transplant": 1, "kind": "PROGRESSION", "date": "2009-09-01"},
            {"number": 2, "after_transplant": 1, "kind": "RELAPSE", "date": "2009-01-01"},
            {"number": 1, "after_transplant": 1, "kind": "MRD_RELAPSE", "date": "2008-12-01"},
        ],
    )
    first, second = derived.allogeneic(case)
    assert [one.value("number") for one in (first, second)] == [1, 2]
    assert [one.value("number") for one in derived.failures(first)] == [2, 3]
    failure = derived.first_failure(first)
    assert failure is not None
    assert failure.value("number") == 2
    assert derived.next_transplant_day(failure) == day("2010-03-14")
    assert derived.post_transplant_cr(first) == "yes"
    assert derived.post_transplant_cr(second) is None


@pytest.mark.parametrize(
    ("reported", "kind", "answer"),
    [
        ("YES", None, "yes"),
        ("NEVER", "PROGRESSION", "no"),
        (None, "RELAPSE", "yes"),
        (None, "PROGRESSION", "no"),
        (None, None, None),
    ],
)
def test_post_transplant_cr(reported: str | None, kind: str | None, answer: str | None) -> None:
    case = case_of(
        transplants=[{"number": 1, "date": "2008-03-14", "post_hsct_cr": reported}],
        relapses=[{"number": 1, "after_transplant": 1, "kind": kind, "date": "2009-01-01"}],
    )
    assert derived.post_transplant_cr(case.of("transplant")[0]) == answer


def test_relapse_timing_reads_the_disease() -> None:
    case = case_of(
        diseases=[
            {
                "date_diagnosis": "2005-08-24",
                "frontline_end_date": "2007-08-24",
                "pretransplant_relapses": [
                    {"number": 1, "date": "2006-08-14"},
                    {"number": 2, "date": "2007-12"},
                ],
            }
        ]
    )
    timings = [derived.relapse_timing(one) for one in case.of("pretransplant_relapse")]
    assert timings == ["VERY_EARLY", "EARLY"]


def test_a_timing_is_as_reported_where_the_dates_do_not_decide_it() -> None:
    def timing(**items: object) -> str | None:
        relapses = [{"number": 1, "timing_reported": "EARLY", **items}]
        case = case_of(
            diseases=[{"date_diagnosis": "2007-02-28", "pretransplant_relapses": relapses}]
        )
        return derived.relapse_timing(case.of("pretransplant_relapse")[0])

    assert timing() == "EARLY"
    assert timing(date="2008-08-28") == "EARLY"
    assert timing(date="2008-08-27") == "VERY_EARLY"
    assert timing(date="2008-08-28", timing_reported={"missing": "UNK"}) is None


def test_a_worst_toxicity_is_reported_where_a_grade_is_not_known() -> None:
    lines = [
        {"toxicity_reported": "3-4", "toxicities": [{"grade": 1}, {"grade": {"missing": "UNK"}}]},
        {"toxicity_reported": "1-2"},
        {"toxicities": [{"grade": 5}]},
    ]
    case = case_of(relapses=[{"number": 1, "treatment_lines": lines}])
    first, second, third = case.of("treatment_line")
    assert derived.toxicity_group(first) is None
    assert derived.worst_toxicity([first]) == "3-4"
    assert derived.worst_toxicity([second]) == "1-2"
    assert derived.worst_toxicity([first, second, third]) == "5"


def test_worst_toxicity_and_death_group_and_chimerism_group() -> None:
    lines = [{"number": 1, "toxicities": [{"grade": 2}, {"grade": 3}]}, {"number": 2}]
    case = case_of(relapses=[{"number": 1, "treatment_lines": lines}])
    first, second = case.of("treatment_line")
    assert derived.worst_toxicity([first, second]) == "3-4"
    assert derived.worst_toxicity([second]) is None
    assert derived.toxicity_group(first) == "3-4"
    assert derived.death_group(case) is None
    for cause, group in (("RELAPSE", "relapse"), ("TMA", "non-relapse"), ("UNKNOWN", None)):
        assert derived.death_group(case_of(death={"primary_cause": cause})) == group
    groups = [derived.chimerism_group(Decimal(one)) for one in ("95", "94.99", "5", "4.99")]
    assert groups == ["full", "mixed", "mixed", "recipient"]
