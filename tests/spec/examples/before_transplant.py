"""Conditioning, prophylaxis and status before: which records keep and which break their checks?"""

from tests.spec.tables import Example, patient


def _given(record: str, **items: object) -> dict[str, object]:
    return patient(transplants=[{"date": "2010-05-10", record: items}])


def _conditioning(**items: object) -> dict[str, object]:
    return _given("conditioning", **items)


def _ptcy(days: list[str], dose: float = 50) -> dict[str, object]:
    return _given("prophylaxis", drugs=["PTCY", "MMF"], ptcy_days=days, ptcy_dose=dose)


def _status(born: str = "1980-01-01", **items: object) -> dict[str, object]:
    return patient(
        identity={"birth_date": born},
        transplants=[{"date": "2010-05-10", "status_before": items}],
    )


def _scored(born: str, scale: str, **items: object) -> dict[str, object]:
    return _status(born, performance_scale=scale, **items)


AT = "/transplants/0/"

DATES = (
    Example(
        1,
        _conditioning(date_start="2010-05-11"),
        broken=True,
        why="conditioning starts the day after the transplant",
        at=AT + "conditioning/date_start",
        severity="error",
    ),
    Example(1, _conditioning(date_start="2010-05-10"), broken=False, why="starts on the same day"),
    Example(
        1,
        _conditioning(date_start="2010-05"),
        broken=True,
        why="conditioning starts in the month of the transplant, perhaps after it",
        severity="warning",
    ),
    Example(
        1,
        _given("prophylaxis", date_start="2010-05-09", date_stop="2010-05-08"),
        broken=True,
        why="prophylaxis stops the day before it starts",
        at=AT + "prophylaxis/date_stop",
    ),
    Example(
        1,
        _status(date="2010-05-11"),
        broken=True,
        why="assessed the day after the transplant",
        at=AT + "status_before/date",
    ),
)

CONDITIONING = (
    Example(
        24,
        _conditioning(tbi="NO", tbi_dose_gy=12),
        broken=True,
        why="12 Gy and no irradiation",
        at=AT + "conditioning/tbi",
        severity="error",
    ),
    Example(24, _conditioning(tbi_fractions=6), broken=True, why="fractions, irradiation not said"),
    Example(
        24,
        _conditioning(tbi="YES"),
        broken=True,
        why="irradiated, and no dose",
        at=AT + "conditioning/tbi_dose_gy",
    ),
    Example(24, _conditioning(tbi="YES", tbi_dose_gy=12), broken=False, why="12 Gy"),
    Example(
        24,
        _conditioning(tbi="YES", tbi_dose_gy={"missing": "UNK"}),
        broken=False,
        why="irradiated with a dose that nobody knows",
    ),
    Example(24, _conditioning(tbi="NO"), broken=False, why="not irradiated"),
    Example(
        25,
        _conditioning(intensity="RIC", tbi="YES", tbi_dose_gy=6, tbi_fractions=1),
        broken=True,
        why="6 Gy at once called reduced",
        severity="warning",
    ),
    Example(
        25,
        _conditioning(intensity="RIC", tbi="YES", tbi_dose_gy=8, tbi_fractions=4),
        broken=True,
        why="8 Gy in 4 fractions called reduced",
    ),
    Example(
        25,
        _conditioning(intensity="NMA", tbi="YES", tbi_dose_gy=2, tbi_fractions=1),
        broken=False,
        why="2 Gy called non-myeloablative",
    ),
    Example(
        25,
        _conditioning(intensity="MAC", tbi="NO", drugs=["FLU", "CY"]),
        broken=True,
        why="fludarabine and cyclophosphamide called myeloablative",
        severity="warning",
    ),
    Example(
        25,
        _conditioning(intensity="MAC", tbi="NO", drugs=["BU", "CY"]),
        broken=False,
        why="busulfan called myeloablative",
    ),
    Example(
        27,
        _conditioning(serotherapy="ATG_GRAFALON"),
        broken=True,
        why="ATG and no dose",
        at=AT + "conditioning/serotherapy_dose",
        severity="warning",
    ),
    Example(
        27,
        _conditioning(serotherapy="ATG_NOS", serotherapy_dose={"missing": "UNK"}),
        broken=False,
        why="ATG in a dose that nobody knows",
    ),
    Example(27, _conditioning(serotherapy="NONE"), broken=False, why="no serotherapy"),
)

PROPHYLAXIS = (
    Example(
        26,
        _ptcy(["D3"]),
        broken=True,
        why="on day +3 alone",
        at=AT + "prophylaxis/ptcy_days",
        severity="warning",
    ),
    Example(26, _ptcy(["D4", "D5"]), broken=True, why="on days +4 and +5"),
    Example(26, _ptcy(["D3", "D4", "D5"]), broken=True, why="on three days"),
    Example(26, _ptcy(["D3", "D4"]), broken=False, why="50 mg/kg on days +3 and +4"),
    Example(26, _ptcy(["D3", "D5"], 25), broken=False, why="25 mg/kg on days +3 and +5"),
    Example(
        26,
        _ptcy(["D3", "D4"], 14),
        broken=True,
        why="14 mg/kg is a dose of conditioning",
        at=AT + "prophylaxis/ptcy_dose",
    ),
    Example(
        26,
        _given("prophylaxis", drugs=["PTCY", "MMF"], ptcy_reported="NO"),
        broken=True,
        why="denied, and yet among the drugs",
        at=AT + "prophylaxis/ptcy_reported",
        severity="error",
    ),
    Example(
        26,
        _given("prophylaxis", drugs={"missing": "UNK"}, ptcy_reported="YES"),
        broken=False,
        why="given, with drugs that nobody knows",
    ),
)

STATUS = (
    Example(
        28,
        _scored("1990-01-01", "LANSKY", performance_score=90),
        broken=True,
        why="Lansky at 20 years",
        at=AT + "status_before/performance_scale",
        severity="error",
    ),
    Example(28, _scored("1994-05-10", "KARNOFSKY"), broken=False, why="Karnofsky at 16 to the day"),
    Example(28, _scored("1994-05-11", "KARNOFSKY"), broken=True, why="Karnofsky a day short of 16"),
    Example(
        28,
        _scored("1994-05-11", "LANSKY", date="2010-04-20"),
        broken=False,
        why="Lansky, assessed before 16",
    ),
    Example(
        28,
        _scored("1994-05", "KARNOFSKY"),
        broken=False,
        why="born in the month that decides: not decidable",
    ),
    Example(28, _scored("2009-05-11", "LANSKY"), broken=True, why="Lansky a day short of 1 year"),
    Example(28, _scored("2009-05-11", "NONE"), broken=False, why="no scale under 1 year"),
    Example(
        28,
        _status("2009-06-01", performance_score=80),
        broken=True,
        why="a score under 1 year",
        at=AT + "status_before/performance_score",
    ),
    Example(28, _status(performance_score=85), broken=True, why="a score of 85"),
    Example(28, _scored("1980", "KARNOFSKY", performance_score=80), broken=False, why="80 at 30"),
    Example(
        29,
        _scored("1980", "KARNOFSKY", performance_score=60, ecog=0),
        broken=True,
        why="fully active, and 60",
        severity="warning",
    ),
    Example(
        29,
        _scored("1980", "KARNOFSKY", performance_score=80, ecog=3),
        broken=True,
        why="in bed half of the day, and 80",
    ),
    Example(
        29,
        _scored("1980", "KARNOFSKY", performance_score=90, ecog=0),
        broken=False,
        why="fully active, and 90",
    ),
    Example(
        30,
        _status(bmi_reported=7.9),
        broken=True,
        why="a reported index of 7.9",
        at=AT + "status_before/bmi_reported",
        severity="warning",
    ),
    Example(30, _status(bmi_reported=27.2), broken=False, why="a reported index of 27.2"),
    Example(
        30,
        _status(weight_kg=70, height_cm=70),
        broken=True,
        why="70 kg and 70 cm",
        at=AT + "status_before/weight_kg",
        severity="warning",
    ),
    Example(30, _status(weight_kg=7, height_cm=170), broken=True, why="7 kg and 170 cm"),
    Example(30, _status(weight_kg=70, height_cm=170), broken=False, why="70 kg and 170 cm"),
    Example(
        31,
        _status(haemoglobin=19),
        broken=True,
        why="19 g/dL",
        at=AT + "status_before/haemoglobin",
        severity="warning",
    ),
    Example(31, _status(haemoglobin=4.9), broken=True, why="4.9 g/dL"),
    Example(31, _status(haemoglobin={"value": 94, "unit": "g/L"}), broken=False, why="94 g/L"),
    Example(31, _status(haemoglobin={"value": 6, "unit": "mmol/L"}), broken=False, why="6 mmol/L"),
)

EXAMPLES = DATES + CONDITIONING + PROPHYLAXIS + STATUS
