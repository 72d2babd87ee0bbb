"""What lies in the ZIP, is it safe to run, and is no word of a study missing in silence?"""

from __future__ import annotations

import ast
import hashlib
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from reports import text_words, words
from reports.replay import OtherRun, archive
from reports.replay.dialects import PYTHON, R, comment
from reports.replay.script import BLOCKS, LEFT_OUT, TOOLS, python_script, r_script
from reports.studies import STUDIES
from reports.studies.roux_2017_sfgmtc import STUDY as ROUX
from reports.study import (
    Category,
    Characteristics,
    CountOf,
    CrossTable,
    EndPoint,
    Is,
    KaplanMeierFigure,
    Step,
    Study,
    UnivariateCox,
)
from tests.reports.computed import values_of
from tests.reports.replayed import NO_R, Unzipped, computed, r_is_here, unzipped
from tests.reports.roux_columns import roux_columns

NASTY = 'a "quote", a \\ back\\slash\\", \n# a line; $(id) `id` {x} %s é – 𝒳 \u2028 \'; system("touch PWNED")'
CUT = roux_columns()
RESULTS = computed(ROUX, CUT)
PACKED = archive(ROUX, CUT, RESULTS)


@pytest.fixture
def folder(tmp_path: Path) -> Unzipped:
    return Unzipped.of(PACKED, tmp_path)


def test_the_same_run_gives_the_same_bytes() -> None:
    assert archive(ROUX, CUT, computed(ROUX, CUT)) == PACKED


def test_the_files_and_their_sums(folder: Unzipped) -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as opened:
        names = opened.namelist()
        dated = {entry.date_time[:3] for entry in opened.infolist()}
    assert dated == {(2026, 1, 31)}, "the day of the cut, as in every file of a report"
    tools = sorted(f"tools/{one.name}" for one in TOOLS.iterdir() if one.is_file())
    own = ["README.txt", "data.csv", "expected.csv", "study.R", "study.py"]
    assert names == [*own, *tools, "SHA256SUMS"]
    sums = dict(reversed(line.split("  ")) for line in folder.text("SHA256SUMS").splitlines())
    for name in names[:-1]:
        assert sums[name] == hashlib.sha256((folder.folder / name).read_bytes()).hexdigest()


def test_the_readme_tells_what_it_is(folder: Unzipped) -> None:
    told = folder.text("README.txt")
    assert CUT.sha256 in told and "SYNTHETIC DATA" in told
    assert "Rscript study.R" in told and "python study.py" in told
    assert "Not repeated by study.R:\n  s1: " in told and "study.py repeats every word." in told


def test_the_data_of_patients_are_called_so(tmp_path: Path) -> None:
    real = archive(ROUX, CUT, replace(RESULTS, synthetic=False))
    told = Unzipped.of(real, tmp_path)
    assert "KEEP THIS SAFE" in told.text("README.txt")
    for script in ("study.R", "study.py"):
        assert "data of single patients" in told.text(script)
        assert "SYNTHETIC" not in told.text(script)


def test_the_scripts_hold_no_value_of_a_patient(folder: Unzipped) -> None:
    scripts = folder.text("study.R") + folder.text("study.py")
    for name in ("patient", "centre"):
        assert not [one for one in set(CUT[name].tolist()) if f'"{one}"' in scripts]
    printed = [one for key, one in values_of(RESULTS).items() if key.endswith(".hr")]
    assert not [one.text for one in printed if re.search(rf"\b{re.escape(one.text)}\b", scripts)]


def test_other_columns_or_an_older_study_are_refused() -> None:
    with pytest.raises(OtherRun, match="not those of the run's data cut"):
        archive(ROUX, CUT.where(CUT["sex"] == "F"), RESULTS)
    with pytest.raises(OtherRun, match="another version of the study"):
        archive(replace(ROUX, version="99"), CUT, RESULTS)
    with pytest.raises(OtherRun, match="another version of the study"):
        archive(replace(ROUX, figures=ROUX.figures[:1]), CUT, RESULTS)
    before = tuple(replace(figure, p=None) for figure in RESULTS.figures)
    with pytest.raises(OtherRun, match="before a figure held its P"):
        archive(ROUX, CUT, replace(RESULTS, figures=before))


def test_the_p_of_a_figure_is_expected_with_all_its_digits(folder: Unzipped) -> None:
    (found,) = [line for line in folder.lines("expected.csv") if line["key"] == "f2.p"]
    p = RESULTS.figures[1].p
    assert p is not None and p.value is not None and RESULTS.figures[1].test is not None
    assert float(found["value"]) == p.value and found["text"] == p.text
    assert RESULTS.figures[1].test.endswith(p.text)
    assert RESULTS.figures[0].p is None, "a single curve is compared with none"


def test_every_word_has_a_form() -> None:
    """A new word of the vocabulary needs one, or a reason in LEFT_OUT."""
    assert set(BLOCKS) == {*get_args(words.TableWord), *get_args(words.FigureWord)}
    assert {(language, word.__name__) for language, word in LEFT_OUT} == {("R", "ImputedCox")}
    said = (Path(TOOLS.parent) / "texts.py").read_text("utf-8")
    for word in get_args(text_words.TextWord):
        assert f"text_words.{word.__name__}()" in said or f"text_words.{word.__name__})" in said


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_no_word_of_a_study_is_left_out_but_those_named(name: str) -> None:
    study = STUDIES[name]
    source = replace(RESULTS.provenance, study=name)
    assert python_script(study, source, True).omitted == {}
    found = r_script(study, source, True)
    imputed = [one.id for one in study.tables if ("R", type(one)) in LEFT_OUT]
    assert list(found.omitted) == imputed
    for omitted in imputed:
        assert f"# not repeated by this script: {omitted}: " in found.text


def test_a_word_without_a_form_is_told_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(BLOCKS, words.CrossTable)  # type: ignore[misc]
    found = python_script(ROUX, RESULTS.provenance, True)
    assert found.omitted == {"s2": "CrossTable has no form in a script"}
    assert "# not repeated by this script: s2: CrossTable has no form" in found.text


def test_the_tools_stand_alone() -> None:
    for tool in TOOLS.glob("*.py"):
        assert not re.search(
            r"\b(reports|registry|django)\b\S* import|import reports", tool.read_text()
        )


def nasty_study() -> Study:
    """Every text of it tries to break out of a script."""
    sex = Category(NASTY, NASTY, "sex", {"M": NASTY, NASTY: "F"}, join={NASTY: ("F",)})
    other = Category(f"{NASTY}2", NASTY, "diagnosis", {"ALL": "ALL", NASTY: "x"}, {NASTY: ("AML",)})
    return Study(
        id="nasty",
        version=NASTY,
        title=NASTY,
        citation=NASTY,
        doi=NASTY,
        cohort=(Step(NASTY, NASTY, (Is("failure", "yes"),)),),
        end_point=EndPoint(NASTY, "failure_date"),
        convention="SPSS",
        tables=(
            Characteristics(NASTY, NASTY, NASTY, (sex, other)),
            CrossTable(f"{NASTY}c", NASTY, NASTY, sex, other),
            UnivariateCox(f"{NASTY}u", NASTY, NASTY, (sex, other)),
        ),
        figures=(KaplanMeierFigure(f"{NASTY}f", NASTY, NASTY, sex),),
        texts={NASTY: (CountOf(f"{NASTY}n", NASTY, (Is("centre", NASTY),), on=NASTY),)},
    )


def test_no_label_breaks_out_of_a_script(tmp_path: Path) -> None:
    found = unzipped(nasty_study(), CUT, tmp_path)
    said = found.python()
    assert said.status == 0, said
    assert not (tmp_path / "PWNED").exists()
    before = sorted(one.name for one in tmp_path.iterdir())
    assert before == sorted([*["README.txt", "SHA256SUMS", "data.csv", "expected.csv"],
                             *["result_py.csv", "study.R", "study.py", "tools"]])  # fmt: skip


@pytest.mark.skipif(not r_is_here(), reason=NO_R)
def test_nor_of_that_of_r(tmp_path: Path) -> None:
    found = unzipped(nasty_study(), CUT, tmp_path)
    said = found.r()
    assert said.status == 0, said
    assert not (tmp_path / "PWNED").exists()


def test_a_text_is_one_literal_of_plain_signs() -> None:
    literal = R.text(NASTY)
    assert literal == PYTHON.text(NASTY)
    assert literal.isascii() and literal.isprintable()
    assert ast.literal_eval(literal) == NASTY
    with pytest.raises(ValueError, match="NUL"):
        R.text("a\0b")


def test_a_comment_stays_one() -> None:
    for line in comment(NASTY * 5).splitlines():
        assert line.startswith("#") and line.isprintable()
