"""How is a body read? As strict JSON of limited size, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from registry import strict_json
from registry.api.problems import Problem


@dataclass(frozen=True)
class Sent:
    """A body as it came in, byte for byte, and what it says."""

    raw: bytes
    value: object


class StrictJSONParser(BaseParser):
    """JSON by registry.strict_json. `request.data` is a `Sent`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Sent:
        """Read the body. Raises Problem: 413 too large, 415 encoded otherwise, 400 no plain JSON."""
        request = (parser_context or {})["request"]
        _refuse_other_encodings(request, media_type or "")
        # One byte more than allowed tells a body that is too long from one that just fits.
        raw = stream.read(strict_json.MOST_BYTES + 1)
        if len(raw) > strict_json.MOST_BYTES:
            most = strict_json.MOST_BYTES // 2**20
            raise Problem(
                413, "too_large", f"The body is larger than {most} MiB: send smaller batches."
            )
        try:
            return Sent(raw, strict_json.parse(raw))
        except strict_json.BadJson as bad:
            raise Problem(400, "broken_json", f"{bad}.") from None


def _refuse_other_encodings(request: Request, media_type: str) -> None:
    _, _, parameters = media_type.lower().replace(" ", "").partition(";")
    charset = dict(one.partition("=")[::2] for one in parameters.split(";")).get("charset", "utf-8")
    if charset.strip('"') not in ("utf-8", "utf8"):
        raise Problem(415, "not_utf8", "JSON is sent in UTF-8.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "compressed", "Compressed bodies are not read: send plain JSON.")


def body_of(request: Request) -> Sent:
    """What was sent. Raises Problem 400 for an empty body."""
    sent = request.data
    if not isinstance(sent, Sent):
        raise Problem(400, "empty_body", "The body is empty: send a JSON object.")
    return sent
