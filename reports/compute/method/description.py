"""How were patients described and groups of them compared, before any survival?"""

from reports.compute.done import Deed
from reports.compute.method.collected import Record, deeds, told


def descriptive(record: Record) -> str:
    """What percentages are of, how numbers are told, and how groups were compared."""
    done, sentences = deeds(record), []
    if Deed.KNOWN_SHARES in done:
        sentences.append("Percentages refer to the patients in whom the value is known.")
    if Deed.MEDIAN_AND_RANGE in done:
        sentences.append("Numbers are told by their median and range.")
    return " ".join((*sentences, *told(record, "description")))
