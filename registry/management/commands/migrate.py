"""How do the tables change? As the owner role, and the protection of centres is put back afterwards."""

from argparse import ArgumentParser
from typing import Any

import pgtrigger
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from registry import protect

OWNER = "owner"


class Command(migrate.Command):
    """Django's `migrate` on the "owner" connection, then grants, policies and triggers for the app role."""

    help = f"{migrate.Command.help} Runs as the owner role and then protects every centre's rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Django's arguments, with the owner's connection as default."""
        # Django's own --database accepts known connections only, so the default is set even when it is missing.
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Refuse at once, before Django's own checks, when the owner's address is not known."""
        if options["database"] not in connections:
            raise CommandError(
                "Migrations run as the role that owns the tables, and its address is not known.\n"
                "Set DATABASE_OWNER_URL for this command only, such as "
                "postgresql://engraft_owner:PASSWORD@db/engraft. "
                "Web and worker processes must not get it."
            )
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then protect."""
        super().handle(*args, **options)
        if not options["plan"] and not options["check_unapplied"]:
            # The trail's triggers are made from the models as they stand, so no migration can miss one.
            pgtrigger.install(database=options["database"])
            protect.apply(connections[options["database"]])
