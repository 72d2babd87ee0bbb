"""Send a file of cases to Engraft and print what became of each: python3 submit_cases.py cases.json

The environment names the registry (ENGRAFT_URL, such as https://registry.example.org) and the
token of your service account (ENGRAFT_TOKEN). Needs nothing but Python.
"""

import hashlib
import json
import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def call(url: str, body: bytes | None = None, **headers: str) -> dict:
    """The JSON answer of the registry. Ends the program with its words if it refuses."""
    headers |= {"Authorization": f"Bearer {os.environ['ENGRAFT_TOKEN']}"}
    try:
        with urlopen(Request(url, body, headers), timeout=60) as answer:
            return json.load(answer)
    except HTTPError as refusal:
        sys.exit(f"Refused: {refusal.code} {refusal.read().decode()}")


def main(path: str) -> None:
    """Send, wait, read every receipt."""
    with open(path, "rb") as file:
        body = file.read()
    # The same file has the same key: after a broken connection simply run this again.
    key = {"Idempotency-Key": hashlib.sha256(body).hexdigest(), "Content-Type": "application/json"}
    address = os.environ["ENGRAFT_URL"] + "/api/v1/submissions"
    status = call(call(address, body, **key)["status_url"])
    while status["state"] not in ("done", "dead"):
        time.sleep(0.5)
        status = call(status["status_url"])
    page = {"next": status["receipts_url"]}
    while page["next"]:
        page = call(page["next"])
        for receipt in page["results"]:
            print(receipt["key"], receipt["outcome"], receipt["patient"] or "")
            for finding in receipt["findings"]:
                print(f"   {finding['severity']} at {finding['pointer']}: {finding['detail']}")


main(sys.argv[1])
