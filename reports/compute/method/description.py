"""How were patients described and groups of them compared, before any survival?"""

from reports.groupings import Quantity
from reports.study import Study
from reports.words import Characteristics, CrossTable, GroupComparison


def descriptive(study: Study) -> str:
    """What percentages are of, how numbers are told, and how tables of counts were tested."""
    sentences = []
    told = [part for w in study.tables if isinstance(w, Characteristics) for part in w.of]
    if told:
        sentences.append("Percentages refer to the patients in whom the value is known.")
    if any(isinstance(part, Quantity) for part in told):
        sentences.append("Numbers are told by their median and range.")
    if any(isinstance(word, CrossTable) for word in study.tables):
        sentences.append(
            "Tables of counts were tested by Pearson's chi-square; those with two rows or two "
            "columns by Fisher's exact test (two-sided) when an expected count was below 5."
        )
    sentences += [
        _comparison(word, study.convention)
        for word in study.tables
        if isinstance(word, GroupComparison)
    ]
    return " ".join(sentences)


def _comparison(word: GroupComparison, convention: str) -> str:
    """What was tested how in a table of groups, and which P the reader is to take."""
    ranks = "with" if convention == "R" else "without"
    counts = (
        f"{word.label} compares groups: counts by Fisher's exact test when an expected count was "
        "below 5 in a table with two rows or two columns, else by Pearson's chi-square"
    )
    by_ranks = (
        f"numbers by the ranks (Mann-Whitney {ranks} correction for continuity, Kruskal-Wallis of "
        "more than two groups)"
    )
    told = {"rank": by_ranks, "t": "numbers by Welch's t test"}[word.quantity_test]
    has_numbers = any(isinstance(part, Quantity) for part in word.of)
    sentence = f"{counts}; {told}" if has_numbers else counts
    beside = (
        " One-sided P values, as the paper computed them, stand beside for comparison alone."
        if word.paper_test == "one-sided"
        else ""
    )
    return f"{sentence}; all P are two-sided and not corrected for their number.{beside}"
