"""How is a text, a list or a call written in R and in Python, so that no label can break out?

A text becomes one literal of printable ASCII; a comment one line. What stands in a study (labels,
codes, keys) therefore stays text in the script, whatever it holds.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WIDTH = 96
LONG_LIST = 84


def one_line(text: str) -> str:
    """Text for a comment: without anything that ends a line or does not print."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())


def comment(text: str) -> str:
    """A comment, on several lines when it is long."""
    return textwrap.fill(
        one_line(text), WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False
    )


def heading(text: str) -> str:
    return f"\n# ---- {one_line(text)}"


def _literal(text: str) -> str:
    """A literal in double quotes that R and Python read alike."""
    return '"' + "".join(_sign(sign) for sign in text) + '"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if " " <= sign <= "~":
        return sign
    code = ord(sign)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


@dataclass(frozen=True)
class Dialect:
    """What differs between the two languages. `name` is R or Python."""

    name: str
    assigns: str
    equals: str
    brackets: tuple[str, str]
    listed: tuple[str, str]
    vector: tuple[str, str]
    keyed: tuple[str, str, str]
    yes: str

    def text(self, text: str) -> str:
        """A text literal. Raises ValueError for NUL, which R cannot hold."""
        if "\0" in text:
            raise ValueError("a text of the study holds a NUL sign")
        return _literal(text)

    def number(self, number: float) -> str:
        return format(int(number), "d") if float(number).is_integer() else repr(float(number))

    def texts(self, texts: Iterable[str]) -> str:
        return self._joined(self.vector, map(self.text, texts))

    def numbers(self, numbers: Iterable[float | int]) -> str:
        return self._joined(self.vector, map(self.number, numbers))

    def several(self, parts: Iterable[str]) -> str:
        """A list of expressions."""
        return self._joined(self.listed, parts)

    def mapping(self, texts: Mapping[str, Iterable[str]]) -> str:
        """Lists of texts by name."""
        opening, between, closing = self.keyed
        pairs = (f"{self.text(key)}{between}{self.texts(found)}" for key, found in texts.items())
        return f"{opening}{', '.join(pairs)}{closing}"

    def joined(self, first: str, second: str) -> str:
        """Two lists as one."""
        return f"c({first}, {second})" if self.name == "R" else f"[*{first}, *{second}]"

    def at(self, holder: str, key: str) -> str:
        """An entry of a list by its name, a column of rows."""
        opening, closing = self.brackets
        return f"{holder}{opening}{self.text(key)}{closing}"

    def assign(self, name: str, expression: str) -> str:
        return f"{name} {self.assigns} {expression}"

    def call(self, function: str, *arguments: str, **named: str | None) -> str:
        """A call, on several lines when it is long; a named argument that is None is left out."""
        given = [f"{key}{self.equals}{value}" for key, value in named.items() if value is not None]
        parts = [*arguments, *given]
        flat = f"{function}({', '.join(parts)})"
        if len(flat) <= WIDTH and "\n" not in flat:
            return flat
        inside = ",\n".join(_indented(part) for part in parts)
        return f"{function}(\n{inside}\n)"

    def _joined(self, around: tuple[str, str], parts: Iterable[str]) -> str:
        """Several in brackets; on several lines when they are long."""
        listed = list(parts)
        flat = f"{around[0]}{', '.join(listed)}{around[1]}"
        if len(flat) <= LONG_LIST or len(listed) < 2:
            return flat
        inside = ",\n".join(_indented(part) for part in listed)
        return f"{around[0]}\n{inside}\n{around[1]}"


def _indented(text: str) -> str:
    """Literals hold no line end, so every line of an expression may be moved."""
    return "\n".join(f"  {line}" for line in text.split("\n"))


R = Dialect(
    "R", "<-", " = ", ("[[", "]]"), ("list(", ")"), ("c(", ")"), ("list(", " = ", ")"), "TRUE"
)
PYTHON = Dialect("Python", "=", "=", ("[", "]"), ("[", "]"), ("[", "]"), ("{", ": ", "}"), "True")
