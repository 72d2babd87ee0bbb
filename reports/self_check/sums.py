"""Do the counts of a block add up to the whole, and its percentages to 100?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports import numbers
from reports.self_check.findings import Finding, Kind
from reports.self_check.groups import count_blocks
from reports.self_check.percentages import First, Share
from reports.self_check.printed import Printed
from reports.self_check.rules import Rules


@dataclass(frozen=True)
class Parts:
    """Counts that exclude one another, and the whole.

    shares : the counts that have a percentage, with it and the number of patients it is of.
    """

    label: str
    counts: tuple[Printed, ...]
    shares: tuple[tuple[Printed, Printed, int], ...]
    whole: Printed

    @property
    def total(self) -> int:
        return sum(int(count.value) for count in self.counts)

    @property
    def percentages(self) -> tuple[Printed, ...]:
        return tuple(percentage for _, percentage, _ in self.shares)

    @property
    def of(self) -> int | None:
        """The patients that the percentages are all of; None when they need not add to 100."""
        parts = sum(int(count.value) for count, _, _ in self.shares)
        return parts if len(self.shares) > 1 and {of for *_, of in self.shares} == {parts} else None

    @property
    def percent_total(self) -> Decimal:
        return sum((numbers.exact(one.value) for one in self.percentages), Decimal(0))


def parts_of(first: First, rules: Rules, of: Mapping[str, Share]) -> Iterator[Parts]:
    """Every block of which the paper prints at least two counts and the whole.

    of : what each percentage is made of, by its id.
    """
    shares = _percentages_by_count(first, of)
    for block in rules.blocks:
        counts = [entry for key, entry in first.items() if _within(key, block.of)]
        if block.whole in first and len(counts) > 1:
            yield _parts(block.label, counts, shares, first[block.whole])
    for groups in rules.groups:
        for found in count_blocks(first, groups):
            for group, key in groups.sizes.items():
                cells = found.of_group(group)
                known = [cell for cell in cells if cell is not None]
                if found.apart or len(known) < max(2, len(cells)) or key not in first:
                    continue
                column = known[0].column.removesuffix(" n")
                yield _parts(f"{found.label}, {column}", known, shares, first[key])


def _parts(
    label: str, counts: list[Printed], shares: Mapping[str, tuple[Printed, int]], whole: Printed
) -> Parts:
    told = tuple((count, *shares[count.key]) for count in counts if count.key in shares)
    return Parts(label, tuple(counts), told, whole)


def _within(key: str, of: tuple[str, ...]) -> bool:
    return any(
        key == one or (one.endswith(".") and key.startswith(one) and key.endswith(".n"))
        for one in of
    )


def _percentages_by_count(first: First, of: Mapping[str, Share]) -> dict[str, tuple[Printed, int]]:
    """The percentage of a count, and the whole it is of, by the key of the count."""
    found = {}
    for entry in first.values():
        share = of.get(entry.id)
        if share is not None and share.part is not None:
            found[share.part.key] = entry, share.whole
    return found


def against_whole(parts: Parts) -> Finding | None:
    """Counts that are fewer or more than the whole."""
    whole, total = int(parts.whole.value), parts.total
    if total == whole:
        return None
    added = " + ".join(count.printed for count in parts.counts)
    start = f"{parts.label}: the counts {added} add to {total}"
    if total < whole:
        rest = whole - total
        patients = "1 patient is" if rest == 1 else f"{rest} patients are"
        told = f"{start} of {whole}; {patients} missing, and the paper does not say so."
        kind, instead = Kind.MISSING_NOT_TOLD, f"missing: {rest}"
    else:
        told = f"{start}, more than the whole of {whole}: one is wrong, or they overlap."
        kind, instead = Kind.WRONG, f"{whole} in all"
    ids = (*(count.id for count in parts.counts), parts.whole.id)
    place = parts.counts[0]
    return Finding(kind, ids, place.table, parts.label, _sum(total), told, instead)


def against_hundred(parts: Parts) -> Finding | None:
    """Percentages of one whole that add to more or less than rounding and truncation allow."""
    of = parts.of
    if of is None:
        return None
    total, step = parts.percent_total, numbers.exact(max(p.unit_step for p in parts.percentages))
    k = len(parts.percentages)
    if 100 - k * step <= total <= 100 + k * step / 2:
        return None
    added = " + ".join(one.printed for one in parts.percentages)
    right = ", ".join(
        numbers.percent(numbers.share(int(count.value), of), share.places)
        for count, share, _ in parts.shares
    )
    told = (
        f"{parts.label}: the percentages {added} add to {total}; their counts are all of "
        f"{of} patients and give {right}."
    )
    ids = tuple(one.id for one in parts.percentages)
    place = parts.percentages[0]
    return Finding(Kind.WRONG, ids, place.table, parts.label, _sum(f"{total}%"), told, right)


def _sum(total: object) -> str:
    """What stands where a finding names the printed number: nobody printed the sum itself."""
    return f"sum {total}"


def forced(parts: Parts, impossible: Mapping[str, object]) -> set[str]:
    """Percentages that their counts rule out, but that are what the others leave of 100."""
    if parts.of is None or parts.percent_total != 100:
        return set()
    return {
        share.id
        for count, share, of in parts.shares
        if share.id in impossible
        and abs(float(numbers.share(int(count.value), of)) - share.value) < share.unit_step
    }
