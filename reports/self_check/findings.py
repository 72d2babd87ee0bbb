"""What can be said of a printed number, and by which rule was it looked at?"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a finding says, the gravest first: three errors, four doubts, two explanations."""

    WRONG = "wrong"
    FORCED = "forced"
    TWO_WAYS = "printed in two ways"
    ONE_SIDED = "one-sided"
    MISSING_NOT_TOLD = "missing patients not told"
    OTHER_DENOMINATOR = "other denominator"
    NO_T_TEST = "no t test"
    TRUNCATED = "truncated"
    TEST = "test found"


class Rule(StrEnum):
    """How printed numbers were looked at."""

    PERCENTAGE = "a percentage against the counts it is made of"
    SHARE = "a percentage without a count: does any whole number of patients give it?"
    SUM = "the counts of a block against the whole"
    PERCENTAGES = "the percentages of a block against 100"
    COUNT_TEST = "a P value against every usual test of the printed counts"
    MEAN_TEST = "a P value against the t tests of the printed means"
    WALD = "a P value against its hazard ratio and limits"
    SYMMETRY = "a limit against the one as far on the other side of the median"
    OTHER_PLACE = "the same number in two places of the paper"


@dataclass(frozen=True)
class Finding:
    """One thing found, with the printed numbers it rests on.

    ids : the numbers concerned. row : where they stand. printed : as the paper has them,
    or the sum of what it has.
    instead : what stands there by computation; "" where nothing is wrong or nothing follows.
    """

    kind: Kind
    ids: tuple[str, ...]
    table: str
    row: str
    printed: str
    sentence: str
    instead: str = ""


@dataclass(frozen=True)
class Fit:
    """A test on printed numbers, its P value, and how that became the printed one ("" for not)."""

    test: str
    p: float
    how: str


@dataclass(frozen=True)
class ComparedP:
    """A printed P value beside those of the tests that its printed numbers allow."""

    id: str
    table: str
    row: str
    printed: str
    numbers: str
    fits: tuple[Fit, ...]


@dataclass(frozen=True)
class Looked:
    """What a rule looked at, and found.

    ids : the numbers it was tried on. beside : the numbers they were held against.
    """

    rule: Rule
    ids: tuple[str, ...]
    beside: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
