"""Does anything that a cell or a file can hold do more than be refused in a sentence?"""

from __future__ import annotations

from random import Random

import pytest

from registry.dictionary.values import BadValue
from registry.exchange.cells import answer_in
from registry.exchange.columns import item_of, targets
from registry.exchange.lines import Layout, read_line
from registry.exchange.tables import BadTable, read_table
from tests.exchange import planted
from tests.exchange.desk import csv, guess, imported, lines, outcomes, uploaded
from tests.registry.made_up import JUNK
from tests.registry.people import People, stored

TEXTS = [one for one in JUNK if isinstance(one, str) and one.strip()] + [
    "=HYPERLINK(1)", "+1", "-", "@", "1,2,3", ".", ",", "1e5", "½", "१२", "12/13/2008", "00/00/0000", "1/1/10000",
    "a;b", "()", "(;", "ND ", "clear", "x\nY", "'", "999999999999999999999", "10^9/L", "5 ",
]  # fmt: skip


@pytest.mark.parametrize("target", [one.value for one in targets() if "." in one.value])
def test_no_text_in_a_cell_does_more_than_be_refused(target: str) -> None:
    found = item_of(target)
    assert found is not None
    for text in TEXTS:
        try:
            answer_in(found[1], text)
        except BadValue as refusal:
            assert str(refusal)
            if found[1].identifying and len(text) > 3:
                assert text not in str(refusal)


def test_no_header_and_no_line_does_either() -> None:
    headers = [*TEXTS, "UPN", "Pseudonym", "Centre", "Sex"]
    columns = [
        {"header": one, "target": target}
        for one, target in zip(headers, guess(headers), strict=True)
    ]
    layout = Layout.of(columns)
    for text in TEXTS:
        read_line(layout, 2, [text] * len(headers))


def test_files_with_holes_and_noise_are_read_or_refused() -> None:
    dice = Random(7)
    for body in (planted.as_xlsx(planted.rows(5)), planted.as_ods(planted.rows(5))):
        for _time in range(8):
            spoiled = bytearray(body)
            for _byte in range(dice.randint(1, 30)):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            try:
                read_table("a.xlsx", bytes(spoiled))
            except BadTable as refusal:
                assert str(refusal)
    for _time in range(300):
        noise = bytes(dice.choices(b';,\t"\n\r\x00\xff\xfeaZ09=\xd0', k=dice.randint(1, 200)))
        try:
            read_table("a.csv", noise)
        except BadTable as refusal:
            assert str(refusal)


def test_a_text_that_looks_like_a_formula_is_a_text(people: People) -> None:
    file = uploaded(people.own_centre, csv("UPN;Given name", "P1;=1+1", "P2;'@home"))
    assert outcomes(file) == {"new": 2}
    imported(people.own_centre, file)
    assert stored("P1").root.of("identity")[0].answers["given_name"] == "=1+1"
    assert stored("P2").root.of("identity")[0].answers["given_name"] == "@home"


def test_lines_full_of_junk_are_rejected_one_by_one(people: People) -> None:
    # "ND" is an answer, to sex and date.
    fit = [one for one in TEXTS if len(one) < 200 and one.strip() != "ND"]
    cells = [one for one in fit if "\n" not in one and ";" not in one]
    file = uploaded(
        people.own_centre, csv("UPN;Sex;Transplant date", *(f"{one};{one};{one}" for one in cells))
    )
    assert file.state == "ready"
    assert set(outcomes(file)) == {"rejected"}
    assert all(one.findings for one in lines(file).values())
