#!/usr/bin/env python3
"""How is Engraft run from the shell? Starts PostgreSQL and Redis from wheels when no DATABASE_URL is set."""

import os
import sys

from django.core.management import execute_from_command_line

from config.local import USUAL_DIRECTORY, services_or_environment


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with services_or_environment(USUAL_DIRECTORY, os.environ) as found:
        os.environ.update(found)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
