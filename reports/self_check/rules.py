"""What belongs together in a paper? Which counts make a percentage, a block, a table of groups.

A rule is read from the addresses of a paper (studies/published/<name>_addresses.json) or made of a
table that somebody pasted. Keys are the addresses of printed numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Block:
    """Counts that exclude one another and together are the whole.

    of : full keys of the counts or, with a dot at the end, beginnings of them. whole : key of the
    number of patients they are parts of.
    """

    label: str
    of: tuple[str, ...]
    whole: str


@dataclass(frozen=True)
class Groups:
    """A table with groups of patients side by side.

    Its counts stand at <beginning><block>.<level>.<group>.n, percentages at .pct, means and
    standard deviations at <beginning><block>.<group>.mean and .sd, the P value of a block at
    <beginning><block>.p, or at .p1 when our report gives it one-sided. sizes : {group: key of its number of patients}, in the order of columns.
    apart : blocks whose levels do not exclude one another, so that nothing adds up or is tested.
    """

    beginning: str
    sizes: Mapping[str, str]
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """All that is known of how a paper's numbers hang together.

    percentages : {beginning of the keys of percentages: (beginning of the keys of their counts,
    key of the whole)}; the whole may be "sum", the sum of those counts (percentages of the known).
    symmetric : beginnings of the keys of medians with limits as far below as above, which is how
    SPSS gives them.
    denominators : {key of a percentage: key of the whole that the paper's sentence speaks of}.
    """

    percentages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    symmetric: tuple[str, ...] = ()
    denominators: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    groups: tuple[Groups, ...] = ()


def read_rules(addresses: Mapping[str, Any]) -> Rules:
    """The rules in an addresses file; all but `percentages` may be left out there."""
    return Rules(
        percentages={
            beginning: (counts, whole)
            for beginning, (counts, whole) in addresses["percentages"].items()
        },
        symmetric=tuple(addresses.get("symmetric", ())),
        denominators=dict(addresses.get("denominators", {})),
        blocks=tuple(
            Block(one["label"], tuple(one["of"]), one["whole"])
            for one in addresses.get("blocks", ())
        ),
        groups=tuple(
            Groups(beginning, dict(one["sizes"]), tuple(one.get("apart", ())))
            for beginning, one in addresses.get("groups", {}).items()
        ),
    )
