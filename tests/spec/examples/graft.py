"""Donor and graft: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient


def _graft(sex: str = "M", type_: str = "ALLO", **items: object) -> dict[str, object]:
    return patient(sex=sex, transplants=[{"number": 1, "type": type_, "grafts": [items]}])


def _match(donor_type: str, matched: int, typed: int) -> dict[str, object]:
    return _graft(donor_type=donor_type, hla_matched=matched, hla_typed=typed)


def _reported(level: str, matched: int, typed: int) -> dict[str, object]:
    return _graft(match_level=level, hla_matched=matched, hla_typed=typed)


def _autologous(**records: object) -> dict[str, object]:
    return patient(transplants=[{"number": 1, "type": "AUTO", **records}])


AT = "/transplants/0/grafts/0/"

DONOR = (
    Example(
        14,
        _graft(donor_type="AUTO"),
        broken=True,
        why="allogeneic with the patient's own cells",
        at=AT + "donor_type",
        severity="error",
    ),
    Example(
        14,
        _graft(type_="AUTO", donor_type="HAPLO"),
        broken=True,
        why="autologous with a relative's cells",
    ),
    Example(14, _graft(donor_type="HAPLO"), broken=False, why="allogeneic from a relative"),
    Example(14, _graft(type_="AUTO", donor_type="AUTO"), broken=False, why="autologous"),
    Example(
        14,
        _autologous(acute_gvhds=[{"occurred": "YES"}]),
        broken=True,
        why="acute GvHD after an autologous transplant",
        at="/transplants/0/type",
    ),
    Example(
        14,
        _autologous(chronic_gvhds=[{"occurred": "YES"}]),
        broken=True,
        why="chronic GvHD after an autologous transplant",
    ),
    Example(
        14,
        _autologous(chimerisms=[{"date": "2010-01-01"}]),
        broken=True,
        why="chimerism after an autologous transplant",
    ),
    Example(
        14,
        _autologous(acute_gvhds=[{"occurred": "NO"}]),
        broken=False,
        why="no GvHD after an autologous transplant",
    ),
    Example(
        15,
        _match("SYNGENEIC", 9, 10),
        broken=True,
        why="an identical twin with a mismatch",
        at=AT + "hla_matched",
        severity="error",
    ),
    Example(15, _match("SYNGENEIC", 10, 10), broken=False, why="an identical twin, 10 of 10"),
    Example(
        15,
        _graft(sex="F", donor_type="SYNGENEIC", donor_sex="M"),
        broken=True,
        why="an identical twin of the other sex",
        at=AT + "donor_sex",
        severity="warning",
    ),
    Example(
        15,
        _graft(sex="U", donor_type="SYNGENEIC", donor_sex="M"),
        broken=False,
        why="the patient's sex is unknown",
    ),
    Example(
        16,
        _match("SIB_MATCHED", 9, 10),
        broken=True,
        why="a matched sibling with a mismatch",
        at=AT + "hla_matched",
        severity="error",
    ),
    Example(16, _match("SIB_MATCHED", 6, 6), broken=False, why="a matched sibling, 6 of 6"),
    Example(
        17,
        _match("URD_MATCHED", 9, 10),
        broken=True,
        why="9 of 10 called matched",
        at=AT + "donor_type",
        severity="error",
    ),
    Example(17, _match("URD_MATCHED", 7, 8), broken=True, why="7 of 8 called matched"),
    Example(17, _match("URD_MATCHED", 10, 10), broken=False, why="10 of 10"),
    Example(17, _match("URD_MATCHED", 11, 12), broken=False, why="11 of 12: HLA-DP is not counted"),
    Example(17, _match("URD_MISMATCHED", 9, 10), broken=False, why="9 of 10 called mismatched"),
    Example(
        18,
        _match("HAPLO", 9, 10),
        broken=True,
        why="haploidentical with 9 of 10",
        severity="warning",
    ),
    Example(18, _match("HAPLO", 7, 8), broken=False, why="haploidentical with 7 of 8"),
    Example(18, _match("HAPLO", 5, 10), broken=False, why="haploidentical with 5 of 10"),
    Example(
        18,
        _match("REL_MISMATCH_1", 8, 10),
        broken=True,
        why="two mismatches called one",
        severity="warning",
    ),
    Example(18, _match("REL_MISMATCH_1", 9, 10), broken=False, why="one mismatch"),
    Example(
        19,
        _match("HAPLO", 7, 6),
        broken=True,
        why="7 of 6 match",
        at=AT + "hla_matched",
        severity="error",
    ),
    Example(19, _match("HAPLO", 5, 7), broken=True, why="7 loci were typed", at=AT + "hla_typed"),
    Example(19, _match("HAPLO", 5, 10), broken=False, why="5 of 10 match"),
    *(
        Example(
            80,
            _reported("MATCHED", matched, typed),
            broken=True,
            why=f"{matched} of {typed} reported as matched",
            at=AT + "hla_matched",
            severity="warning",
        )
        for matched, typed in ((5, 6), (6, 8), (9, 10), (9, 12))
    ),
    *(
        Example(80, _reported("MATCHED", matched, typed), broken=False, why=f"{matched} of {typed}")
        for matched, typed in ((6, 6), (8, 8), (10, 10), (12, 12))
    ),
    Example(80, _reported("MATCHED", 11, 12), broken=False, why="11 of 12: HLA-DP is not counted"),
    Example(80, _reported("MISMATCHED", 6, 8), broken=False, why="6 of 8 reported as mismatched"),
    Example(80, _reported("UNSPECIFIED", 6, 8), broken=False, why="6 of 8, nothing reported"),
    Example(80, _match("URD_MISMATCHED", 6, 8), broken=False, why="6 of 8 without a match level"),
    Example(80, _graft(match_level="MATCHED", hla_typed=8), broken=False, why="matches unknown"),
)

CELLS = (
    Example(
        20,
        _graft(donor_type="CORD_UNREL", source="CB", donor_age=30),
        broken=True,
        why="cord blood of an adult",
        at=AT + "donor_age",
        severity="error",
    ),
    Example(20, _graft(source="CB", donor_age=0), broken=False, why="cord blood"),
    Example(
        20,
        _graft(source="PB", donor_age=0, donor_type="URD_MATCHED"),
        broken=True,
        why="blood of an unrelated newborn",
    ),
    Example(
        20,
        _graft(source="BM", donor_age=0, donor_type="SIB_MATCHED", relation="SIBLING"),
        broken=False,
        why="marrow of a newborn sibling",
    ),
    Example(
        21,
        _graft(donor_type="CORD_UNREL", source="PB"),
        broken=True,
        why="a cord blood donor who gave blood",
        at=AT + "source",
        severity="error",
    ),
    Example(
        21,
        _graft(donor_type="URD_MATCHED", source="CB"),
        broken=True,
        why="cord blood of a grown donor",
        at=AT + "donor_type",
    ),
    Example(21, _graft(donor_type="CORD_REL", source="CB"), broken=False, why="a sibling's cord"),
    Example(
        22,
        _graft(source="PB", cd34_dose=57.8),
        broken=True,
        why="57.8 is ten times too much",
        at=AT + "cd34_dose",
        severity="warning",
    ),
    Example(22, _graft(source="BM", cd34_dose=0.9), broken=True, why="too few for marrow"),
    Example(22, _graft(source="PB", cd34_dose=20), broken=False, why="at the upper edge"),
    Example(22, _graft(source="CB", cd34_dose=2.1), broken=True, why="too many for a cord"),
    Example(22, _graft(source="CB", cd34_dose=0.2), broken=False, why="usual for a cord"),
    Example(
        23,
        _graft(cd34_dose=6, tnc_dose=0.05),
        broken=True,
        why="6 million of 5 million cells",
        at=AT + "cd34_dose",
        severity="warning",
    ),
    Example(23, _graft(cd34_dose=6, tnc_dose=8), broken=False, why="6 million of 800 million"),
)

EXAMPLES = DONOR + CELLS
