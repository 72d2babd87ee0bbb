"""When is a question asked, in words that a person with a pen can follow?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from registry.dictionary.language import Dictionary, Item, RecordType
from registry.dictionary.predicates import (
    AgeAt,
    AllOf,
    AnyOf,
    Compare,
    Exists,
    Has,
    Is,
    Known,
    Not,
    Predicate,
)

RELATIONS = {">": "over", ">=": "at least", "<": "under", "<=": "at most", "==": "", "!=": "not"}


def asked_words(dictionary: Dictionary, type_: RecordType, item: Item) -> str:
    """Only if “Status” is Withdrawn; empty for a question that is asked of everybody."""
    if item.asked_if is None:
        return ""
    return _("Only if %s") % _Words(dictionary, type_).of(item.asked_if)


class _Words:
    """Puts the conditions of one record type into words."""

    def __init__(self, dictionary: Dictionary, type_: RecordType) -> None:
        self.dictionary, self.type = dictionary, type_

    def of(self, what: Predicate) -> str:
        """A condition as part of a sentence. Raises TypeError for a kind that has no words yet."""
        if isinstance(what, Is):
            return _("%(question)s is %(answers)s") % self._answers(what.ref, what.values)
        if isinstance(what, Has):
            return _("%(question)s has %(answers)s") % self._answers(what.ref, what.codes)
        if isinstance(what, Known):
            return _("%s is answered with a value") % self._question(what.ref)
        if isinstance(what, Not):
            return self._opposite(what.what)
        if isinstance(what, AllOf | AnyOf):
            word = _(" and ") if isinstance(what, AllOf) else _(" or ")
            return word.join(dict.fromkeys(self.of(part) for part in what.parts))
        if isinstance(what, Compare):
            return f"{self._question(what.left)} {self._relation(what)}"
        if isinstance(what, AgeAt):
            told = {"years": what.years, "than": RELATIONS[what.relation]}
            return _("the age is %(than)s %(years)s years") % told
        if isinstance(what, Exists):
            label = self.dictionary[what.type].label.lower()
            return _("there is a record “%s”") % label
        raise TypeError(f"{type(what).__name__} has no words yet: add them here")

    def _opposite(self, what: Predicate) -> str:
        if isinstance(what, Known):
            return _("%s has no value") % self._question(what.ref)
        if isinstance(what, AllOf):
            parts = [one for one in what.parts if not isinstance(one, Known)]
            # That an answer is known goes without saying where it is compared.
            alone = parts or list(what.parts)
            return _(" or ").join(self._opposite(part) for part in alone)
        if isinstance(what, Is):
            return _("%(question)s is not %(answers)s") % self._answers(what.ref, what.values)
        return _("not: %s") % self.of(what)

    def _relation(self, what: Compare) -> str:
        right = self._question(what.right) if isinstance(what.right, str) else str(what.right)
        return " ".join(part for part in (_("is"), RELATIONS[what.relation], right) if part)

    def _question(self, ref: str) -> str:
        item, type_ = self._item(ref)
        label = item.label if item else ref
        return f"“{label}”" if type_ is self.type else f"“{type_.label}: {label}”"

    def _answers(self, ref: str, codes: tuple[str, ...]) -> dict[str, str]:
        item, _type = self._item(ref)
        labels = [item.labels.get(code, code).split(": ")[0] if item else code for code in codes]
        return {"question": self._question(ref), "answers": _(" or ").join(labels)}

    def _item(self, ref: str) -> tuple[Item | None, RecordType]:
        type_name, _dot, name = ref.rpartition(".")
        type_ = self.dictionary[type_name] if type_name in self.dictionary.by_name else self.type
        return type_.by_name.get(name), type_
