"""Which text can a Word or Excel file hold?"""

import re

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def for_xml(text: str) -> str:
    """`text` without the control characters that no Word or Excel file can hold."""
    return _NOT_IN_XML.sub("", text)
