"""Can a printed percentage be made of the counts printed with it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports import numbers
from reports.self_check.findings import Finding, Kind
from reports.self_check.printed import Contradiction, Printed, where
from reports.self_check.rules import Rules

First = Mapping[str, Printed]


@dataclass(frozen=True)
class Share:
    """A percentage with its part and whole; part is None where the paper prints no count.

    of_known : the whole is the sum of the counts whose value is known.
    """

    part: Printed | None
    whole: int
    of_known: bool = False


def shares_of(entries: Iterable[Printed], first: First, rules: Rules) -> dict[str, Share]:
    """What each printed percentage is made of, by its id, where a rule says so."""
    known = _known_by_block(first) if rules.groups else {}
    found = {}
    for entry in entries:
        if entry.key.endswith(".pct"):
            share = _in_groups(entry, first, rules, known) or _by_rule(entry, first, rules)
            if share is not None:
                found[entry.id] = share
    return found


def _by_rule(entry: Printed, first: First, rules: Rules) -> Share | None:
    fitting = [beginning for beginning in rules.percentages if entry.key.startswith(beginning)]
    if not fitting:
        return None
    beginning = max(fitting, key=len)
    counts, whole_key = rules.percentages[beginning]
    part = first.get(counts + entry.key[len(beginning) :].removesuffix("pct") + "n")
    whole = _whole(counts, whole_key, first)
    return Share(part, whole, whole_key == "sum") if whole else None


def _in_groups(
    entry: Printed, first: First, rules: Rules, known: Mapping[tuple[str, str], list[int]]
) -> Share | None:
    """A percentage of all patients of a group or, if only that fits, of those whose value is known."""
    stem, _, group = entry.key.removesuffix(".pct").rpartition(".")
    for groups in rules.groups:
        size = first.get(groups.sizes.get(group, ""))
        # <block>.<level>: the groups themselves are no level of a block.
        level = stem.removeprefix(groups.beginning)
        if level != stem and "." in level and size is not None:
            part, whole = first.get(f"{stem}.{group}.n"), int(size.value)
            levels = known.get((stem.rpartition(".")[0], group), [])
            of_known = part is not None and len(levels) > 1 and 0 < sum(levels) < whole
            if part is None or not of_known or shows(entry, int(part.value), whole):
                return Share(part, whole)
            fitting = shows(entry, int(part.value), sum(levels))
            return Share(part, sum(levels), of_known=True) if fitting else Share(part, whole)
    return None


def _known_by_block(first: First) -> dict[tuple[str, str], list[int]]:
    """The counts of the known levels by block and group."""
    known: dict[tuple[str, str], list[int]] = {}
    for key, entry in first.items():
        if key.endswith(".n") and not _is_missing(key):
            stem, _, group = key.removesuffix(".n").rpartition(".")
            known.setdefault((stem.rpartition(".")[0], group), []).append(int(entry.value))
    return known


def _is_missing(key: str) -> bool:
    """Is it the count of those whose value is not known?"""
    return ".missing." in key


def _whole(counts: str, whole: str, first: First) -> int | None:
    if whole != "sum":
        return int(first[whole].value) if whole in first else None
    parts = (
        e
        for key, e in first.items()
        if key.startswith(counts) and key.endswith(".n") and not _is_missing(key)
    )
    return sum(int(entry.value) for entry in parts)


def shows(entry: Printed, part: int, whole: int) -> str:
    """How part of whole became the printed percentage: "rounded", "truncated", or "" for not."""
    exact = numbers.share(part, whole)
    shown = numbers.exact(entry.value)
    if shown == numbers.rounded(exact, entry.places):
        return "rounded"
    return "truncated" if shown == numbers.truncated(exact, entry.places) else ""


def against_counts(entry: Printed, share: Share) -> Contradiction | None:
    """A percentage that neither rounding nor truncation of part / whole can give."""
    if entry.operator != "=":
        return None
    if share.part is None:
        return _without_count(entry, share.whole)
    part = int(share.part.value)
    if shows(entry, part, share.whole):
        return None
    exact = numbers.share(part, share.whole)
    true = numbers.percent(exact, max(entry.places + 1, 2))
    sentence = (
        f"The paper prints {entry.printed}%; its own {share.part.printed} of {share.whole} "
        f"are {true}."
    )
    return Contradiction(sentence, float(exact), float(exact))


def _without_count(entry: Printed, whole: int) -> Contradiction | None:
    """A percentage that no whole number of patients gives."""
    below = int(entry.value * whole / 100)
    near = [part for part in range(below - 1, below + 3) if 0 <= part <= whole]
    if not near or any(shows(entry, part, whole) for part in near):
        return None
    shares = sorted((float(numbers.share(part, whole)), part) for part in near)
    low = max((s for s in shares if s[0] <= entry.value), default=shares[0])
    high = min((s for s in shares if s[0] >= entry.value), default=shares[-1])
    places = max(entry.places + 1, 2)
    sentence = (
        f"The paper prints {entry.printed}% of {whole}, which no whole number of patients gives: "
        f"{low[1]} are {numbers.percent(low[0], places)}, "
        f"{high[1]} are {numbers.percent(high[0], places)}."
    )
    return Contradiction(sentence, low[0], high[0], values=(low[0], high[0]))


def remarks_on(entry: Printed, share: Share, told: Printed | None) -> list[Finding]:
    """What explains a percentage that is possible: truncated, or of another whole than named.

    told : the number of patients that its sentence or block speaks of.
    """
    if share.part is None:
        return []
    part = int(share.part.value)
    how = shows(entry, part, share.whole)
    found = []
    if told is not None and how and not shows(entry, part, int(told.value)):
        found.append(_other_whole(entry, share, part, told))
    if how == "truncated":
        exact = numbers.share(part, share.whole)
        right = numbers.percent(exact, entry.places)
        true = numbers.percent(exact, max(entry.places + 1, 2))
        sentence = (
            f"{entry.printed}% is cut, not rounded: {share.part.printed} of {share.whole} "
            f"are {true}."
        )
        found.append(_finding(Kind.TRUNCATED, entry, share.part, sentence, right))
    return found


def _other_whole(entry: Printed, share: Share, part: int, told: Printed) -> Finding:
    whole = int(told.value)
    named = numbers.percent(numbers.share(part, whole), max(entry.places + 1, 1))
    known = " whose value is known" if share.of_known else ""
    sentence = (
        f"{entry.printed}% are {part} of {share.whole}{known}, not of the {whole} that are spoken "
        f"of: of these they would be {named}."
    )
    return _finding(Kind.OTHER_DENOMINATOR, entry, share.part, sentence, f"{part} of {share.whole}")


def _finding(
    kind: Kind, entry: Printed, part: Printed | None, sentence: str, instead: str
) -> Finding:
    ids = (entry.id, *((part.id,) if part else ()))
    printed = f"{entry.printed}%"
    return Finding(kind, ids, entry.table, where(entry), printed, sentence, instead)
