"""What does a report look like before anything is computed? Results made by hand; all invented."""

from collections import Counter
from random import Random

from reports.results import (
    Comparison,
    Figure,
    FlowStep,
    LeftOut,
    Provenance,
    Results,
    Row,
    Series,
    Table,
    TextNumber,
    Value,
    Verdict,
)

TICKS = (0, 12, 24, 36, 48)
V = Verdict


def series(label: str, n: int, mean_months: float, seed: int) -> Series:
    """A Kaplan-Meier curve of `n` invented patients, worked out with pencil arithmetic."""
    draw = Random(seed)
    patients = sorted(
        (draw.expovariate(1 / mean_months), draw.random() < 0.88 or mean_months < 8)
        for _ in range(n)
    )
    months, survival, censor = [0.0], [1.0], []
    for gone, (month, died) in enumerate(patients):
        if died:
            months.append(month)
            survival.append(survival[-1] * (1 - 1 / (n - gone)))
        else:
            censor.append((month, survival[-1]))
    at_risk = tuple(sum(month >= tick for month, _ in patients) for tick in TICKS)
    deaths = sum(died for _, died in patients)
    return Series(label, n, deaths, tuple(months), tuple(survival), tuple(censor), at_risk)


def figure(**changes: object) -> Figure:
    """Figure 3 of the sample."""
    content: dict[str, object] = {
        "id": "f3",
        "label": "Figure 3",
        "title": "Overall survival by treatment after relapse or progression",
        "caption": "Tick marks show censored patients.",
        "x_label": "Months after relapse or progression",
        "y_label": "Overall survival (%)",
        "ticks_months": TICKS,
        "series": (
            series("Chemotherapy then DLI", 30, 18, 1),
            series("DLI", 13, 9, 2),
            series("Chemotherapy", 108, 11, 3),
            series("Second HSCT", 70, 26, 4),
            series("Palliative care", 67, 3, 5),
        ),
        "test": "Log-rank P < 0.0001",
    }
    return Figure(**{**content, **changes})  # type: ignore[arg-type]


def value(text: str, verdict: Verdict | None = V.SAME, printed: str | None = None) -> Value:
    """A number with its text; printed like ours unless said otherwise."""
    number = float(text) if text.replace(".", "", 1).isdigit() else None
    return Value(number, text, printed=text if printed is None else printed, verdict=verdict)


def cox_row(label: str, hr: str, ci: str, p: str, *verdicts: Verdict, printed: str = "") -> Row:
    """A line of a Cox table; `printed` is the paper's P when it is not ours."""
    worst = verdicts or (V.SAME, V.SAME, V.SAME)
    cells = (value(hr, worst[0]), value(ci, worst[1]), value(p, worst[2], printed or p))
    return Row(label, cells, indent=1)


def reference(label: str) -> Row:
    """The level the others are compared with."""
    return Row(label, (Value(1, "1"), None, None), indent=1)


TABLE_4 = Table(
    "t4",
    "Table 4",
    "Cox model for death after relapse",
    ("HR", "95% CI", "P"),
    (
        Row("Post-transplant CR", (None, None, None), heading=True),
        reference("No"),
        cox_row("Yes", "0.60", "0.43–0.85", "0.004"),
        Row("Treatment", (None, None, None), heading=True),
        reference("Second transplant"),
        cox_row("Chemotherapy and DLI", "0.85", "0.52–1.40", "0.53"),
        cox_row(
            "Palliative care", "4.24", "2.84–6.34", "<0.001", V.SAME, V.SAME_AFTER_ROUNDING, V.SAME
        ),
        cox_row("Chemotherapy alone", "1.43", "1.01–2.03", "0.04"),
        Row(
            "DLI alone",
            (
                Value(
                    None,
                    "",
                    reason="Not estimable: no event among the 13 patients of this group.",
                ),
                None,
                None,
            ),
            indent=1,
        ),
        Row("Days from transplant to failure", (None, None, None), heading=True),
        reference("0–91"),
        cox_row("92–182", "0.62", "0.43–0.89", "0.009"),
        cox_row(
            "183–364", "0.46", "0.31–0.67", "<0.001", V.SAME, V.SAME, V.DIFFERS, printed="<10^-5"
        ),
        cox_row("≥ 365", "0.30", "0.20–0.44", "<0.001"),
    ),
    (
        "HR, hazard ratio; CI, confidence interval; DLI, donor lymphocyte infusion.",
        "Wald tests, Breslow ties.",
        "46 patients without post-relapse data are not in the model.",
    ),
    n=288,
    events=248,
)

TABLE_1 = Table(
    "t1",
    "Table 1",
    "Characteristics of the patients",
    ("n (%)",),
    (
        Row("Sex", (None,), heading=True),
        Row("Boys", (value("174 (60.4%)"),), indent=1),
        Row("Girls", (value("114 (39.6%)"),), indent=1),
        Row("Leukaemia", (None,), heading=True),
        Row(
            "AML",
            (
                Value(
                    123,
                    "123 (42.7%)",
                    printed="123 (43.9%)",
                    verdict=V.PAPER_DISAGREES,
                    footnote="The printed percentages of this column add up to 101.1.",
                ),
            ),
            indent=1,
        ),
        Row("B-ALL", (value("127 (44.1%)"),), indent=1),
        Row("T-ALL", (value("33 (11.5%)", V.SAME_AFTER_ROUNDING, "33 (11.4%)"),), indent=1),
        Row("Biphenotypic", (value("5 (1.7%)"),), indent=1),
        Row("Missing", (Value(0, "0", verdict=V.NOT_PRINTED),), indent=1),
    ),
    ("Percentages are of known values.",),
    n=288,
)

COMPARISONS = (
    Comparison(
        "roux.001", "text", "flow", "first SCT", "1307", 1307.0, "1307", V.SAME, 0.0, "", True
    ),
    Comparison(
        "roux.118",
        "Table 1",
        "AML",
        "%",
        "43.9",
        42.7083,
        "42.7",
        V.PAPER_DISAGREES,
        0.06,
        "The column adds up to 101.1.",
        False,
    ),
    Comparison(
        "roux.201",
        "Table 4",
        "183–364 days",
        "P",
        "<10^-5",
        8.1e-5,
        "0.00008",
        V.DIFFERS,
        None,
        "The Wald test from the printed HR and CI gives 0.00008.",
        False,
    ),
)

METHOD = (
    "Survival runs from the day of relapse, or of the assessment that found no remission, to death.",
    "Patients alive were censored at the last contact.",
    "Hazard ratios are from Cox models with Breslow ties and Wald tests.",
)

PROVENANCE = Provenance(
    study="roux2017",
    study_version="1",
    cut_date="2014-12-31",
    cut_sha256="9f2c41d0a7be5536c1f0e8d2b94a7713e56f0c8d1a2b3c4d5e6f708192a3b4c5",
    rows=1307,
    code_version="0.1.0+3f1c2ab",
    dictionary_version="1.0",
    convention="SPSS: Breslow ties, median at the first S ≤ 0.5",
    libraries=(("numpy", "2.4.6"), ("scipy", "1.15.2")),
)


def results(**changes: object) -> Results:
    """The whole sample; any field may be replaced."""
    content: dict[str, object] = {
        "study": "roux2017",
        "title": "Outcome after failure of allogeneic transplant in children with acute leukaemia",
        "citation": "Roux et al., Bone Marrow Transplant 2017;52:678-682",
        "doi": "10.1038/bmt.2016.360",
        "synthetic": True,
        "flow": (
            FlowStep("First transplant for acute leukaemia", 1307, None),
            FlowStep(
                "Relapse or progression",
                334,
                25.5547,
                (LeftOut("No data after relapse", 46, 13.7725),),
            ),
            FlowStep("Analysed", 288, 86.2275),
        ),
        "tables": (TABLE_1, TABLE_4),
        "figures": (
            figure(
                id="f1",
                label="Figure 1",
                title="Overall survival of all patients",
                series=(series("All patients", 288, 12, 6),),
                test=None,
            ),
            figure(),
        ),
        "texts": (
            TextNumber("Alive at last contact", value("40 of 334 (12.0%)"), "Follow-up"),
            TextNumber("Median follow-up of survivors, days", value("1315"), "Follow-up"),
            TextNumber(
                "Interaction of treatment and interval",
                Value(None, "", reason="The model did not converge: a group has no events."),
            ),
        ),
        "comparisons": COMPARISONS,
        "verdicts": dict(Counter(c.verdict.value for c in COMPARISONS)) | {"not_printed": 1},
        "method": METHOD,
        "warnings": ("One group has fewer than ten patients at risk after 24 months.",),
        "provenance": PROVENANCE,
    }
    return Results(**{**content, **changes})  # type: ignore[arg-type]


HOSTILE = "<script>alert(1)</script> #sys $x^2$ @ref *b* _e_ `r` \\n [c] & \"q\" 'z'"


def hostile_results() -> Results:
    """Every free text is an attack on some language, with Turkish letters after it."""
    text = f"{HOSTILE} İıŞşĞğÇçÖöÜü ≥"
    cell = Value(None, text, printed=text, verdict=V.DIFFERS, footnote=text)
    lone = Value(None, "", reason=text)
    table = Table(
        "t1",
        text,
        text,
        (text, "P"),
        (Row(text, (cell, None)), Row(text, (lone, None)), Row(text, (None, None), heading=True)),
        (text,),
    )
    curves = tuple(series(text, 20, 9, seed) for seed in (7, 8))
    comparison = Comparison(text, text, text, text, text, None, text, V.DIFFERS, None, text, False)
    return results(
        title=text,
        citation=text,
        doi="10.1/<x>",
        flow=(FlowStep(text, 5, None, (LeftOut(text, 1, 20.0),)),),
        tables=(table,),
        figures=(
            figure(label=text, title=text, caption=text, x_label="İ $x$", series=curves, test=text),
        ),
        texts=(TextNumber(text, cell, text),),
        comparisons=(comparison,),
        method=(text,),
        warnings=(text,),
    )
