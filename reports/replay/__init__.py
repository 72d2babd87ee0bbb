"""Can somebody else get the same numbers? A run as data, scripts in R and Python, and its answers."""

from reports.replay.archive import OtherRun, archive
from reports.replay.scene import NotRepeated

__all__ = ["NotRepeated", "OtherRun", "archive"]
