"""A mail server that delivers nothing: each message becomes a file.

Run as `python -m demo.mail_sink PORT DIRECTORY`.
"""

import sys
import time
from itertools import count
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keep:
    """Write each message to `directory` as 0001.eml, 0002.eml …"""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.numbers = count(1 + len(list(directory.glob("*.eml"))))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message whole, or not at all."""
        final = self.directory / f"{next(self.numbers):04}.eml"
        partial = final.with_suffix(".part")
        partial.write_bytes(envelope.original_content or b"")
        partial.rename(final)
        return "250 Kept"


def main(port: int, directory: Path) -> None:
    """Listen on the loopback address until stopped."""
    directory.mkdir(parents=True, exist_ok=True)
    controller = Controller(Keep(directory), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        controller.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
