"""Which analysis variables follow from what was recorded? Never typed in, always computed here.

Every function takes dates, or a record in its place (Node), and answers None when what was
recorded does not decide it. This is the one door to them; those that need more room stand in
`before`, `intervals`, `events`, `failures`, `grading` and `strategy`.
"""

from __future__ import annotations

from collections.abc import Iterable

from registry.dictionary.before import (
    bmi,
    chimerism_before,
    chimerism_group,
    chimerism_of,
    ptcy,
)
from registry.dictionary.case import Case, Node
from registry.dictionary.events import (
    allogeneic,
    first_dli_day,
    next_transplant_day,
    number_of_its_type,
    site_group,
    transplant_day,
    transplants,
)
from registry.dictionary.failures import (
    FAILURES,
    doubtful_failure,
    failures,
    first_failure,
    post_transplant_cr,
)
from registry.dictionary.grading import (
    acute_gvhd,
    acute_gvhd_grade,
    chronic_gvhd,
    computed_acute_grade,
    grade_by_stages,
    nih_severity,
)
from registry.dictionary.intervals import (
    add_months,
    age_years,
    bfm_timing,
    days_between,
    middle,
)
from registry.dictionary.strategy import (
    STRATEGIES,
    chemosensitive,
    salvage_drug,
    salvage_group,
    strategy_hazar,
    strategy_kaya,
    strategy_roux,
    strategy_words,
)
from registry.dictionary.values import PartialDate

__all__ = [
    "FAILURES",
    "STRATEGIES",
    "PartialDate",
    "acute_gvhd",
    "acute_gvhd_grade",
    "add_months",
    "age_years",
    "allogeneic",
    "bfm_timing",
    "bmi",
    "chemosensitive",
    "chimerism_before",
    "chimerism_group",
    "chimerism_of",
    "chronic_gvhd",
    "computed_acute_grade",
    "days_between",
    "death_group",
    "donor_group",
    "doubtful_failure",
    "failures",
    "first_dli_day",
    "first_failure",
    "grade_by_stages",
    "hla_match",
    "leukaemia_type",
    "middle",
    "next_transplant_day",
    "nih_severity",
    "number_of_its_type",
    "post_transplant_cr",
    "ptcy",
    "relapse_timing",
    "salvage_drug",
    "salvage_group",
    "site_group",
    "stem_cell_source",
    "strategy_hazar",
    "strategy_kaya",
    "strategy_roux",
    "strategy_words",
    "toxicity_group",
    "transplant_day",
    "transplants",
    "worst_toxicity",
]


def relapse_timing(relapse: Node) -> str | None:
    """VERY_EARLY, EARLY or LATE for a relapse before transplant, by `bfm_timing`.

    Where the dates do not decide it, as reported; else None.
    """
    diagnosis, when = relapse.date("disease.date_diagnosis"), relapse.date("date")
    reported = relapse.value("timing_reported")
    found = None
    if diagnosis is not None and when is not None:
        found = bfm_timing(diagnosis, when, relapse.date("disease.frontline_end_date"))
    return found or (reported if isinstance(reported, str) else None)


def leukaemia_type(node: Node) -> str | None:
    """AML, B-ALL, T-ALL or biphenotypic; None for ALL without phenotype and all else (Roux).

    node : a disease, or a record that belongs to one, such as a transplant.
    """
    diagnosis, phenotype = node.value("disease.diagnosis"), node.value("disease.all_phenotype")
    if diagnosis == "ALL":
        return {"B": "B-ALL", "T": "T-ALL"}.get(str(phenotype))
    return {"AML": "AML", "AL_MPAL": "biphenotypic"}.get(str(diagnosis))


_DONORS = {
    "SIB_MATCHED": "matched sibling",
    "SYNGENEIC": "syngeneic",
    "REL_MISMATCH_1": "mismatched related",
    "HAPLO": "mismatched related",
    "URD_MATCHED": "matched unrelated",
    "URD_MISMATCHED": "mismatched unrelated",
    "URD_NOS": "unrelated unspecified",
    "REL_MATCHED_OTHER": "other",
    "REL_NOS": "other",
    "AUTO": "other",
}


def donor_group(transplant: Node) -> str | None:
    """The donor in the six levels of Roux 2017, else "other".

    Cord blood is read through relation and match: a matched cord of a sibling is "matched
    sibling", a mismatched unrelated one "mismatched unrelated", and so on. Products of one group
    (two cords) give that group; unrelated ones that differ give the worse match; any other
    mixture is "other". An unrelated donor whose match is not stated keeps its own level.
    None without a donor type, or for a related cord without a match.
    """
    groups = [_donor_of(graft) for graft in transplant.children("graft")]
    known = {group for group in groups if group is not None}
    if not known or None in groups:
        return None
    if len(known) == 1:
        return known.pop()
    worst_first = ("mismatched unrelated", "unrelated unspecified", "matched unrelated")
    return next((one for one in worst_first if known <= set(worst_first) and one in known), "other")


def _donor_of(graft: Node) -> str | None:
    donor_type, match = str(graft.value("donor_type")), hla_match(graft)
    if donor_type == "CORD_UNREL":
        by_match = {"MATCHED": "matched unrelated", "MISMATCHED": "mismatched unrelated"}
        return by_match.get(str(match), "unrelated unspecified")
    if donor_type == "CORD_REL":
        sibling = graft.value("relation") == "SIBLING"
        by_match = {"MATCHED": "matched sibling" if sibling else "other"}
        return {**by_match, "MISMATCHED": "mismatched related"}.get(str(match))
    return _DONORS.get(donor_type)


def hla_match(graft: Node) -> str | None:
    """MATCHED or MISMATCHED: as reported, else from the numbers of loci; None when not known."""
    reported = graft.value("match_level")
    if reported in ("MATCHED", "MISMATCHED"):
        return str(reported)
    typed, matched = graft.value("hla_typed"), graft.value("hla_matched")
    if not isinstance(typed, int) or not isinstance(matched, int):
        return None
    return "MATCHED" if matched >= typed else "MISMATCHED"


def stem_cell_source(transplant: Node) -> str | None:
    """BM, PB or CB; marrow and blood together count as PB, marrow and cord as CB.

    None when not recorded, and when the products of one transplant differ.
    """
    as_one = {"BM_PB": "PB", "BM_CB": "CB"}
    found = {str(graft.value("source")) for graft in transplant.children("graft")}
    sources = {as_one.get(one, one) for one in found}
    only = sources.pop() if len(sources) == 1 else None
    return only if only in ("BM", "PB", "CB") else None


def toxicity_group(line: Node) -> str | None:
    """The worst toxicity of one treatment line: "1-2", "3-4" or "5".

    None without toxicities, and when one of them has no grade: it may be the worst.
    """
    grades = [one.value("grade") for one in line.children("toxicity")]
    return None if None in grades else _worst_group(grades)


def worst_toxicity(lines: Iterable[Node]) -> str | None:
    """The worst toxicity of some treatment lines: "1-2", "3-4" or "5" (Kaya, Table 1).

    From the grades of the toxicities that have one, and from what is reported of a whole line.
    """
    groups = [
        group
        for line in lines
        for group in (
            _worst_group(one.value("grade") for one in line.children("toxicity")),
            line.value("toxicity_reported"),
        )
    ]
    return max((group for group in groups if isinstance(group, str)), default=None)


def _worst_group(grades: Iterable[object]) -> str | None:
    worst = max((grade for grade in grades if isinstance(grade, int)), default=None)
    return None if worst is None else "5" if worst == 5 else "3-4" if worst >= 3 else "1-2"


def death_group(case: Case) -> str | None:
    """Did the patient die of the leukaemia? "relapse", "non-relapse"; None if alive or unknown.

    By the primary cause (Hazar). Non-relapse mortality as an end point goes by the order of
    events instead: death without a relapse before it.
    """
    causes = [one.value("primary_cause") for one in case.of("death")]
    cause = next(iter(causes), None)
    if cause is None or cause == "UNKNOWN":
        return None
    return "relapse" if cause == "RELAPSE" else "non-relapse"
