"""The paper check: what a study's printed numbers contradict, and the same for any pasted table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from reports.self_check import PaperCheck, check
from reports.self_check.count_tests import ONE_SIDED, PEARSON, TWO_SIDED, YATES
from reports.self_check.findings import ComparedP, Finding, Kind, Rule
from reports.self_check.groups import named, p_text, tried, usual_tests
from reports.self_check.pasted import HEAD, MOST_LINES, MOST_SIGNS, read_table
from reports.studies import STUDIES

SHOWN = (TWO_SIDED, ONE_SIDED, PEARSON, YATES)
WORDS = {
    Kind.WRONG: gettext_lazy("wrong"),
    Kind.FORCED: gettext_lazy("made to add to 100"),
    Kind.TWO_WAYS: gettext_lazy("printed in two ways"),
    Kind.OTHER_DENOMINATOR: gettext_lazy("another denominator"),
    Kind.MISSING_NOT_TOLD: gettext_lazy("missing, not told"),
    Kind.ONE_SIDED: gettext_lazy("one-sided only"),
    Kind.NO_T_TEST: gettext_lazy("no t test"),
    Kind.TRUNCATED: gettext_lazy("cut, not rounded"),
    Kind.TEST: gettext_lazy("test found"),
}
GRAVE = (Kind.WRONG, Kind.FORCED, Kind.TWO_WAYS)
PLAIN = (Kind.TRUNCATED, Kind.TEST)
MEANING = {
    Rule.PERCENTAGE: gettext_lazy(
        "Wrong when count / group size, or / those whose value is known, gives the printed "
        "percentage neither rounded nor cut."
    ),
    Rule.SHARE: gettext_lazy(
        "Wrong when no whole number of the group's patients rounds, or is cut, to it."
    ),
    Rule.SUM: gettext_lazy(
        "Wrong when they add to more than the whole. Fewer: patients are missing and not told."
    ),
    Rule.PERCENTAGES: gettext_lazy(
        "Wrong when they are all of the same patients and add to more or less than rounding and "
        "cutting each of them allows."
    ),
    Rule.COUNT_TEST: gettext_lazy(
        "Wrong when it is, rounded or cut, none of these: Fisher's exact test (two-sided, either "
        "side, mid-P), Pearson, Yates, likelihood ratio, linear-by-linear, rank test."
    ),
    Rule.MEAN_TEST: gettext_lazy(
        "Never called wrong: Student's or Welch's t test over all values that round to the "
        "printed means and standard deviations, or neither, as when ranks were tested."
    ),
    Rule.WALD: gettext_lazy(
        "Wrong when ratio and 95% limits, each moved anywhere within its rounding, allow only "
        "other P values."
    ),
    Rule.SYMMETRY: gettext_lazy(
        "Wrong when it is not as far below the median as the upper limit is above, as SPSS has it."
    ),
    Rule.OTHER_PLACE: gettext_lazy("Wrong when the two are not the same number rounded."),
}
MOST_ROWS = 8  # rows named whose exact test was left out
EXAMPLE = """Characteristic; Group 1 (n = 9); Group 2 (n = 8); P
Sex; ; ; 0.45
Male; 8 (89); 6 (75)
Female; 1 (12); 2 (25)
Age, years; 6.9 ± 2.8; 5.4 ± 3.5; 0.34
Irradiated; 5 (56); 5 (63); 1.00"""


@dataclass(frozen=True)
class Line:
    """A finding with the word, sign and colour of its kind."""

    finding: Finding
    words: str
    badge: str
    sign: str


@dataclass(frozen=True)
class PLine:
    """A printed P value beside those of the usual tests."""

    tested: ComparedP
    named: str  # "" when no test gives it
    tried: str
    cells: tuple[tuple[str, bool], ...]  # the P of a test, and whether it is the printed one


@require_safe
@login_required
def paper(request: HttpRequest, name: str) -> HttpResponse:
    """All that can be said of the printed numbers of a study's paper, from these numbers alone."""
    study = STUDIES.get(name)
    if study is None or study.paper is None:
        raise Http404
    found = check(study.paper.entries, study.paper.rules)
    return render(request, "reports/paper.html", {"study": study, **_content(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def paper_check(request: HttpRequest) -> HttpResponse:
    """The same for a table that the reader pastes. Nothing of it is kept."""
    example = "example" in request.POST
    text = EXAMPLE if example else request.POST.get("table", "")[: MOST_SIGNS + 1]
    content: dict[str, object] = {
        "table": text,
        "head": HEAD,
        "example": EXAMPLE,
        "most_lines": MOST_LINES,
        "most_signs": MOST_SIGNS,
    }
    if request.method != "POST":
        return render(request, "reports/paper_check.html", content)
    pasted = read_table(text)
    if pasted.faults:
        content["faults"] = pasted.faults
        return render(request, "reports/paper_check.html", content, status=422)
    content |= _content(check(pasted.entries, pasted.rules))
    return render(request, "reports/paper_check.html", content)


def _content(found: PaperCheck) -> dict[str, object]:
    kinds = Counter(finding.kind for finding in found.findings)
    return {
        "found": found,
        "tables": [
            (table, [_line(finding) for finding in findings])
            for table, findings in found.by_table()
        ],
        "counts": [(WORDS[kind], kinds[kind], _badge(kind)) for kind in Kind if kinds[kind]],
        "looked": found.printed - found.untouched,
        "rules": [(rule, count, MEANING[rule]) for rule, count in found.looked],
        "proven": any(finding.kind in GRAVE for finding in found.findings),
        "not_exact": list(dict.fromkeys(found.not_exact))[:MOST_ROWS],
        "not_exact_rows": len(found.not_exact),
        "tests": SHOWN,
        "p_lines": _p_lines(found),
    }


def _line(finding: Finding) -> Line:
    badge = _badge(finding.kind)
    sign = {"error": "✕", "warning": "▲"}.get(badge, "–")
    return Line(finding, str(WORDS[finding.kind]), badge, sign)


def _badge(kind: Kind) -> str:
    return "error" if kind in GRAVE else "" if kind in PLAIN else "warning"


def _p_lines(found: PaperCheck) -> list[PLine]:
    lines = []
    usual = usual_tests(found.tested)
    for one in found.tested:
        fit = named(one, usual[one.table])
        p = {other.test: other for other in one.fits}
        cells = tuple(
            (p_text(p[test].p), bool(p[test].how)) if test in p else ("", False) for test in SHOWN
        )
        how = f", {fit.how}" if fit is not None and fit.how == "truncated" else ""
        lines.append(PLine(one, f"{fit.test}{how}" if fit else "", tried(one), cells))
    return lines
