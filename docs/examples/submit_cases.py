"""Send a file of cases to Engraft and print what became of each: python3 submit_cases.py cases.json

ENGRAFT_URL (such as https://registry.example.org) and ENGRAFT_TOKEN stand in the environment.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path
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


body = Path(sys.argv[1]).read_bytes()
# The same file has the same key: after a broken connection simply run this again.
key = {"Idempotency-Key": hashlib.sha256(body).hexdigest(), "Content-Type": "application/json"}
address = call(os.environ["ENGRAFT_URL"] + "/api/v1/submissions", body, **key)["status_url"]
while (status := call(address))["state"] not in ("done", "dead"):
    time.sleep(0.5)
page = {"next": status["receipts_url"]}
while page["next"]:
    page = call(page["next"])
    for receipt in page["results"]:
        print(receipt["key"], receipt["outcome"], receipt["patient"] or "")
        for finding in receipt["findings"]:
            print(f"   {finding['severity']} at {finding['pointer']}: {finding['detail']}")
