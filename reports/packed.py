"""How does a bundle of files (ZIP, Word, Excel) come out with the same bytes each time?

A ZIP notes the minute at which each of its files was written. Here that is the day of the data cut.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.results import Results

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_YEAR = 1980  # a ZIP knows no earlier one
_READABLE_BY_ALL = 0o644 << 16


def day_of_cut(results: Results) -> datetime:
    """The day of the data cut, for the dates a file carries; never the clock's."""
    try:
        return datetime.fromisoformat(results.provenance.cut_date).replace(tzinfo=UTC)
    except ValueError:
        return _UNDATED


def packed(parts: Iterable[tuple[str, bytes]], day: datetime, level: int = 6) -> bytes:
    """A ZIP of (path, content) in this order, every file dated `day`.

    level : 1 (quick) to 9 (small).
    """
    raw = BytesIO()
    moment = (max(day.year, _FIRST_YEAR), day.month, day.day, 0, 0, 0)
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        for path, content in parts:
            part = ZipInfo(path, moment)
            part.compress_type = ZIP_DEFLATED
            part.create_system = 3
            part.external_attr = _READABLE_BY_ALL
            archive.writestr(part, content, compresslevel=level)
    return raw.getvalue()


def repacked(raw: bytes, day: datetime) -> bytes:
    """The same ZIP with every file dated `day`."""
    with ZipFile(BytesIO(raw)) as archive:
        return packed(((name, archive.read(name)) for name in archive.namelist()), day)
