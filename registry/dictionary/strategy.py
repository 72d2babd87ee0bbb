"""Which salvage strategy do the treatment lines of a relapse amount to, in each study's words?"""

from __future__ import annotations

from registry.dictionary.case import Node
from registry.dictionary.events import first_dli_day, next_transplant_day
from registry.dictionary.values import PartialDate

STRATEGIES = {
    "second_hsct": "Chemotherapy and second transplant",
    "chemo_dli": "Chemotherapy and DLI",
    "palliative": "Palliative",
    "chemotherapy": "Chemotherapy alone",
    "dli": "DLI alone",
}
"""The five strategies of Roux 2017, in the paper's order."""

_PALLIATIVE = frozenset({"SUPPORTIVE", "PALLIATIVE_CHEMO"})
_DRUG_TREATMENT = frozenset({"CHEMO", "TARGETED", "CAR_T"})
_REMISSION = frozenset({"CR", "CRI", "CR_MRDNEG"})


def strategy_roux(node: Node) -> str | None:
    """The strategy of Roux 2017 for one relapse, from the components of all its lines.

    node : the relapse, or any of its treatment lines. The paper's first-relapse rule is kept by
    asking for `first_failure` of the first allogeneic transplant.

    second_hsct : any line led to a second transplant. chemo_dli : chemotherapy (or a targeted
    drug or CAR-T cells) and DLI, in one line or in several. dli : DLI without such treatment.
    chemotherapy : such treatment without DLI. palliative : supportive care, palliative
    chemotherapy, palliative intent, nothing, or refusal, and no other line.
    None : no line, components not known, or only what the paper has no group for
    (radiotherapy, immunosuppression stopped).
    """
    relapse = node.related("relapse")
    lines = list(relapse.children("treatment_line")) if relapse else []
    given = [_given(line) for line in lines]
    components = frozenset().union(*(one for one in given if one is not None))
    if "HSCT2" in components:
        return "second_hsct"
    if "DLI" in components:
        return "chemo_dli" if components & _DRUG_TREATMENT else "dli"
    if components & _DRUG_TREATMENT:
        return "chemotherapy"
    decided = bool(lines) and None not in given
    return "palliative" if decided and components <= _PALLIATIVE else None


def _given(line: Node) -> frozenset[str] | None:
    """What a line really gave, in the strategy's terms; None when nobody said."""
    components = line.value("components")
    told = components if isinstance(components, frozenset) else None
    if line.value("refused") == "YES":
        return frozenset()
    if line.value("intent") == "PALLIATIVE":
        return _PALLIATIVE | ((told or frozenset()) & {"HSCT2"})
    return told


def strategy_words(node: Node) -> str:
    """How the treatment will be analysed, in words; "" when that is not decided."""
    return STRATEGIES.get(str(strategy_roux(node)), "")


def strategy_hazar(relapse: Node) -> str | None:
    """curative_no_hsct2, second_hsct or palliative (Hazar 2021)."""
    strategy = strategy_roux(relapse)
    curative = ("chemo_dli", "chemotherapy", "dli")
    return "curative_no_hsct2" if strategy in curative else strategy


_TARGETED = frozenset(
    {
        *("BLINATUMOMAB", "BORTEZOMIB", "INOTUZUMAB", "GEMTUZUMAB", "DARATUMUMAB"),
        *("T_CELL_ENGAGER", "CAR_T_CD19", "CAR_T_OTHER", "VENETOCLAX", "TKI", "FLT3_INHIBITOR"),
    }
)
_TARGETED_REGIMENS = frozenset(
    {
        *("BORTEZOMIB_BASED", "BLINATUMOMAB", "INOTUZUMAB", "CAR_T"),
        *("VENETOCLAX", "TKI", "FLT3_INHIBITOR"),
    }
)
_PURINE = frozenset({"FLUDARABINE", "CLOFARABINE"})
_PURINE_REGIMENS = frozenset({"FLAG", "FLAG_IDA", "CLOVE", "CLOFARABINE_OTHER"})


def salvage_group(line: Node) -> str | None:
    """PURINE_ANALOGUE or TARGETED for one treatment line, from drugs, regimen and components.

    A line with both is targeted: there fludarabine prepares for CAR-T cells (Kaya, Table 1).
    A line that was refused, and one with neither, is None.
    """
    if line.value("refused") == "YES":
        return None
    drugs, components = line.value("drugs"), line.value("components")
    names = drugs if isinstance(drugs, frozenset) else frozenset()
    parts = components if isinstance(components, frozenset) else frozenset()
    regimen = line.value("regimen")
    if names & _TARGETED or regimen in _TARGETED_REGIMENS or parts & {"TARGETED", "CAR_T"}:
        return "TARGETED"
    return "PURINE_ANALOGUE" if names & _PURINE or regimen in _PURINE_REGIMENS else None


def strategy_kaya(relapse: Node) -> str | None:
    """The group of Kaya 2025 for one relapse: "targeted_agent" when any line of it is targeted,
    else "purine_analogue" when any holds fludarabine or clofarabine, else None."""
    groups = {salvage_group(line) for line in relapse.children("treatment_line")}
    if "TARGETED" in groups:
        return "targeted_agent"
    return "purine_analogue" if "PURINE_ANALOGUE" in groups else None


_TARGETED_DRUGS = {
    "car_t": {"CAR_T", "CAR_T_CD19", "CAR_T_OTHER"},
    "blinatumomab": {"BLINATUMOMAB"},
    "inotuzumab": {"INOTUZUMAB"},
    "bortezomib": {"BORTEZOMIB", "BORTEZOMIB_BASED"},
}
_PURINE_DRUGS = {
    "clofarabine": {"CLOFARABINE", "CLOFARABINE_OTHER", "CLOVE"},
    "fludarabine": {"FLUDARABINE", "FLAG", "FLAG_IDA"},
}


def salvage_drug(relapse: Node) -> str | None:
    """The drug that puts a relapse into its group of `strategy_kaya`, the first in the list.

    car_t, blinatumomab, inotuzumab, bortezomib or "other_targeted" of the targeted agents,
    clofarabine or fludarabine of the purine analogues; None without a group (Kaya, Results).
    """
    group = strategy_kaya(relapse)
    drugs = _TARGETED_DRUGS if group == "targeted_agent" else _PURINE_DRUGS
    named = frozenset().union(*(_named(line) for line in relapse.children("treatment_line")))
    found = next((drug for drug, words in drugs.items() if named & words), None)
    return None if group is None else found or "other_targeted"


def _named(line: Node) -> frozenset[str]:
    """The codes of drugs, components and regimen that a line really gave."""
    if line.value("refused") == "YES":
        return frozenset()
    lists = (line.value("drugs"), line.value("components"))
    told = frozenset().union(*(one for one in lists if isinstance(one, frozenset)))
    return told | {str(line.value("regimen"))}


def chemosensitive(relapse: Node) -> str | None:
    """Did reinduction bring remission before DLI or second transplant? "yes", "no" or None.

    None when there was no reinduction or no response of one is known (Hazar 2021).
    """
    limit = _first_cells(relapse)
    answers = [
        response in _REMISSION and _in_time(line.date("date_response"), limit)
        for line in relapse.children("treatment_line")
        if (_given(line) or frozenset()) & _DRUG_TREATMENT
        and (response := line.value("response")) not in (None, "NE")
    ]
    return None if not answers else "yes" if any(answers) else "no"


def _first_cells(relapse: Node) -> PartialDate | None:
    """The first DLI for this relapse or transplant after it."""
    known = [one for one in (first_dli_day(relapse), next_transplant_day(relapse)) if one]
    return min(known, key=lambda one: one.first, default=None)


def _in_time(when: PartialDate | None, limit: PartialDate | None) -> bool:
    """A response without a date counts: it is reported of the reinduction itself."""
    return when is None or limit is None or when.first <= limit.last
