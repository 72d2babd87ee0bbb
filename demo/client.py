"""How would a centre's own system submit its cases? Over HTTP, with its token, and wait for the receipt."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from demo.waiting import wait_for


class Refused(RuntimeError):
    """The registry did not take the batch."""


@dataclass(frozen=True)
class Client:
    """One centre's access to the API at `site`."""

    site: str
    token: str

    def submit(self, cases: list[dict[str, object]], source_system: str) -> str:
        """Send one batch; answer the address at which its state can be asked for."""
        accepted = self._ask(
            "/api/v1/submissions", {"source_system": source_system, "cases": cases}
        )
        return str(accepted["status_url"])

    def wait(self, status_url: str) -> dict[str, object]:
        """The final state of a submission with its counts. Raises NotAsExpected when none comes."""

        def final() -> dict[str, object] | None:
            status = self._ask(status_url)
            return status if status["state"] in ("done", "dead") else None

        return wait_for(final, f"the end of {status_url}")

    def receipts(self, status_url: str) -> list[dict[str, object]]:
        """The receipt of every case."""
        found: list[dict[str, object]] = []
        page: str | None = f"{status_url}/receipts"
        while page:
            answer = self._ask(page)
            found.extend(answer["results"])  # type: ignore[arg-type]
            page = answer["next"]  # type: ignore[assignment]
        return found

    def _ask(self, address: str, body: object = None) -> dict[str, object]:
        url = address if address.startswith("http") else self.site + address
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}"})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)  # type: ignore[no-any-return]
        except urllib.error.HTTPError as refusal:
            raise Refused(f"{url}: {refusal.code} {refusal.read().decode()[:500]}") from None


@dataclass(frozen=True)
class Sent:
    """A cohort on its way: for each centre its access, and where the state can be asked for."""

    centres: Mapping[str, tuple[Client, str]]

    def receipts(self) -> dict[str, dict[str, object]]:
        """Wait for every centre: the final "status" of its batch, and the receipts of its "cases"."""
        told = {}
        for code, (client, status_url) in self.centres.items():
            status = client.wait(status_url)
            told[code] = {"status": status, "cases": client.receipts(status_url)}
        return told


def send(
    site: str, cohort: Mapping[str, list[dict[str, object]]], tokens: Mapping[str, str]
) -> Sent:
    """Each centre sends its cases with its own token."""
    clients = {code: Client(site, tokens[code]) for code in cohort}
    return Sent(
        {
            code: (clients[code], clients[code].submit(cases, "demo"))
            for code, cases in cohort.items()
        }
    )


def outcomes(receipts: Mapping[str, Mapping[str, object]]) -> Counter[str]:
    """How many cases came to which end."""
    cases = (case for told in receipts.values() for case in told["cases"])  # type: ignore[attr-defined]
    return Counter(str(case["outcome"]) for case in cases)
