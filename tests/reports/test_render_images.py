"""Are the figures in the ZIP those of the report, in both forms and with the same bytes each time?"""

import struct
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from reports.render import figures
from reports.render.images import image, images, links_of, names_of
from reports.render.words import SYNTHETIC
from reports.results import Results
from tests.reports import sample_results as sample
from tests.reports.fresh import same_in_another_process


def read(results: Results) -> dict[str, bytes]:
    with ZipFile(BytesIO(images(results))) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


def test_every_figure_in_both_forms_and_the_captions() -> None:
    results = sample.results()
    files = read(results)
    pictures = [f"figure-{n}.{ending}" for n in (1, 3) for ending in ("svg", "png")]
    assert list(files) == [*pictures, "captions.txt"]
    for name, figure in (("figure-1", results.figures[0]), ("figure-3", results.figures[1])):
        drawn = figures.svg(figure, synthetic=True)
        assert files[f"{name}.svg"].decode() == f'<?xml version="1.0" encoding="UTF-8"?>\n{drawn}\n'
        assert files[f"{name}.png"] == figures.png(figure, 600, synthetic=True)
        assert f"{name}: {figure.label}. {figure.title}. {figure.caption}" in files[
            "captions.txt"
        ].decode("utf-8")


def test_a_drawing_stands_alone_and_says_what_is_invented() -> None:
    drawing = read(sample.results())["figure-3.svg"]
    root = ElementTree.fromstring(drawing)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert SYNTHETIC in drawing.decode() and b"Number at risk" in drawing
    assert SYNTHETIC not in image(sample.results(synthetic=False), "figure-3", "svg").decode()


def test_a_picture_is_for_print() -> None:
    picture = image(sample.results(), "figure-3", "png")
    place = picture.index(b"pHYs") + 4
    per_metre, _, unit = struct.unpack(">IIB", picture[place : place + 9])
    assert unit == 1 and round(per_metre * 0.0254) == 600


def test_two_figures_of_one_label_have_two_names() -> None:
    results = sample.results(
        figures=(
            sample.figure(),
            sample.figure(id="f3b"),
            sample.figure(id="s", label="Figure S1 – İ"),
            sample.figure(id="x", label="≥"),
        )
    )
    assert list(names_of(results)) == ["figure-3", "figure-3-f3b", "figure-s1-i", "figure"]
    assert links_of(results)["f3b"] == (
        ("SVG", "figures/figure-3-f3b.svg"),
        ("PNG 600 dpi", "figures/figure-3-f3b.png"),
    )


@pytest.mark.parametrize(("name", "ending"), [("figure-9", "svg"), ("figure-3", "gif"), ("", "")])
def test_what_is_not_there_is_an_error(name: str, ending: str) -> None:
    with pytest.raises(KeyError):
        image(sample.results(), name, ending)


def test_a_report_without_figures_is_a_zip_too() -> None:
    assert list(read(sample.results(figures=()))) == ["captions.txt"]


def test_the_same_bytes_again_and_in_another_process() -> None:
    results = sample.results()
    stored = Results.from_json(results.to_json())
    assert images(stored) == images(stored)
    with ZipFile(BytesIO(images(results))) as parts:
        assert {part.date_time for part in parts.infolist()} == {(2014, 12, 31, 0, 0, 0)}
    same_in_another_process("from reports.render.images import images as made", images(results))
