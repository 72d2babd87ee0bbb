"""Is the report's page sound? Well formed, without script or style attributes, nothing to fetch."""

import re
from xml.etree import ElementTree

import pytest

from reports.render import html
from reports.results import Results
from tests.reports import sample_results as sample

TURKISH = "İıŞşĞğÇçÖöÜü ≥"


def body_of(results: Results) -> ElementTree.Element:
    """The body, read by a strict parser: every tag closed, every sign escaped."""
    return ElementTree.fromstring(html.report_body(results, html.figures_svg(results)))


def text_of(root: ElementTree.Element) -> str:
    return " ".join(" ".join(root.itertext()).split())


@pytest.mark.parametrize("results", [sample.results(), sample.hostile_results()])
def test_a_strict_policy_finds_nothing_to_block(results: Results) -> None:
    root = body_of(results)
    for element in root.iter():
        tag = element.tag.rpartition("}")[2]
        assert tag not in {"script", "style", "link", "iframe", "img"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_every_sign_is_drawn_and_named() -> None:
    root = body_of(sample.results())
    drawn = {e.get("href") for e in root.iter() if e.tag.endswith("use")}
    known = {f"#{e.get('id')}" for e in root.iter() if (e.get("id") or "").startswith("mark-")}
    assert {h for h in drawn if h and h.startswith("#mark-")} <= known and len(known) == 5
    signs = [e for e in root.iter() if e.get("class") == "mark"]
    assert signs and all(text_of(sign) for sign in signs)


def test_words_numbers_and_reasons_stand_on_the_page() -> None:
    text = text_of(body_of(sample.results()))
    for piece in (
        "Table 4. Cox model for death after relapse (n = 288, events = 248)",
        "0.43–0.85",
        "Not estimable: no event among the 13 patients of this group.",
        "The model did not converge: a group has no events.",
        "paper disagrees with itself 1",
        "Relapse or progression 334 (25.6%)",
        "Excluded: No data after relapse 46 (13.8%)",
        "<0.001 paper: <10^-5",
        sample.PROVENANCE.cut_sha256,
        "Synthetic data: no row is a real person.",
    ):
        assert piece in text


def test_the_row_of_a_reason_is_as_wide_as_the_table() -> None:
    root = body_of(sample.results())
    for table in root.iter("table"):
        rows = [
            sum(int(cell.get("colspan", "1")) for cell in row if cell.tag in ("td", "th"))
            for row in table.iter("tr")
        ]
        assert len(set(rows)) == 1, f"{table.get('id')}: {rows}"


def test_hostile_texts_stay_letters_and_turkish_ones_survive() -> None:
    root = body_of(sample.hostile_results())
    text = text_of(root)
    assert text.count("<script>alert(1)</script>") > 10
    assert TURKISH in text
    assert "<script" not in html.report_page(sample.hostile_results())


def test_the_page_stands_alone() -> None:
    page = html.report_page(sample.results())
    assert "Content-Security-Policy" in page
    fetched = re.findall(r"""(?:src|href)=["']?(?!#)[^"'> ]+|url\((?!data:)[^)]*\)""", page)
    assert fetched == []
    assert page.count("data:font/woff2;base64,") == 2
    assert "[no such value]" not in page


def test_downloads_are_named_by_the_caller() -> None:
    results = sample.results()
    links = {"f3": [("SVG", "/r/1/f3.svg"), ("PNG 600 dpi", "/r/1/f3.png?dpi=600&x=1")]}
    root = ElementTree.fromstring(html.report_body(results, html.figures_svg(results), links))
    found = [(a.text, a.get("href")) for a in root.iter("a")]
    assert found == links["f3"]


def test_a_missing_drawing_is_an_error() -> None:
    with pytest.raises(KeyError, match="f1"):
        html.report_body(sample.results(), {})


def test_an_empty_report_still_makes_a_page() -> None:
    empty = sample.results(
        flow=(), tables=(), figures=(), texts=(), comparisons=(), verdicts={}, warnings=(), doi=""
    )
    told = text_of(body_of(empty))
    assert "Method" in told and "paper disagrees" not in told, "nothing compared, nothing counted"


def test_the_same_results_give_the_same_page() -> None:
    assert html.report_page(sample.results()) == html.report_page(sample.results())
