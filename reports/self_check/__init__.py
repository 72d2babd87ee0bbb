"""Where does a paper contradict itself? Proven from its own printed numbers, nothing else.

Each printed number stands for all values that round or truncate to it; only an impossible one is
a contradiction.

    printed       a printed number, a contradiction
    rules         what belongs together in a paper
    percentages   a percentage against the counts it is made of
    sums          counts against the whole, percentages against 100
    groups        a P value against every usual test of the printed counts (count_tests)
    means         a P value against the t tests of the printed means
    limits        a Wald P against its ratio and limits, a symmetric limit against the other
    other_place   the same number in two places
    single_numbers   which numbers these rules apply to, and the first proof against each
    errors        how a contradiction is told
    whole_paper   all of it together: findings, and how much was looked at
    pasted        a table that somebody pasted, made into printed numbers
    cells         what a cell of it holds, and which can be meant in two ways
    doubtful      lines of it that are rather no percentages of their groups
"""

from reports.self_check.limits import wald_range
from reports.self_check.printed import Contradiction, Printed
from reports.self_check.rules import Block, Groups, Rules, read_rules
from reports.self_check.whole_paper import PaperCheck, check, contradictions

__all__ = [
    "Block",
    "Contradiction",
    "Groups",
    "PaperCheck",
    "Printed",
    "Rules",
    "check",
    "contradictions",
    "read_rules",
    "wald_range",
]
