"""What may the app role do, and which rows does it see? Laid down again after each migration.

Every table with a centre, and its table of events, shows only the rows of the centres named in the
transaction's `app.centres` (registry/scope.py). PostgreSQL keeps that, whatever the query forgot.
"""

from collections.abc import Iterator

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

POLICY = "own_centres"

# The sub-select makes PostgreSQL read the setting once per query, not once per row.
SCOPE = (
    "(SELECT string_to_array(nullif(current_setting('app.centres', true), ''), ',')::bigint[])"
    "::bigint[]"
)
OF_ONE_CENTRE = f"centre_id = ANY ({SCOPE})"
# What is made from several centres' patients is for those who may see every one of them.
OF_SEVERAL_CENTRES = f"centres <@ {SCOPE}"

# Tables with a centre whose rows are needed before anyone's centre is known. Their events are open alike.
OPEN = {
    "registry.User": "a login looks the person up first, and learns the centre from the answer",
}
# Tables whose rows everyone may read, but only the own centre may write.
SEARCHED = {
    "registry.MatchToken": "keyed tokens: a search must find whom another centre registered",
}
SEARCHED_POLICY = "searched_by_all"

# Any role may name triggers in the setting `pgtrigger.ignore`; the app role could so switch its trail off.
NEVER_IGNORE = """
    CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN
    LANGUAGE sql IMMUTABLE AS 'SELECT false'
"""

# Who, why and through which door is told once. pghistory's own function overwrites it when it is told
# again, and would need the right to update what stands in the trail.
ATTACH_CONTEXT = """
    CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE
    LANGUAGE plpgsql AS $$
    DECLARE
        told UUID := nullif(current_setting('pghistory.context_id', true), '');
        words JSONB := nullif(current_setting('pghistory.context_metadata', true), '');
    BEGIN
        IF told IS NULL OR words IS NULL THEN
            RETURN NULL;
        END IF;
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
            VALUES (told, words, now(), now()) ON CONFLICT (id) DO NOTHING;
        RETURN told;
    END $$
"""

# What only the owner may do, and the app role has to ask for after it filled a table (registry/planner.py).
ANALYZE = """
    CREATE OR REPLACE FUNCTION engraft_analyze(name TEXT) RETURNS VOID
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        EXECUTE format('ANALYZE public.%I', name);
    END $$
"""


def apply(connection: BaseDatabaseWrapper) -> None:
    """Give the app role its rights and turn row-level security on. May be run again at any time.

    connection : of the role that owns the tables.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for statement in _statements(connection, existing):
            cursor.execute(statement)


def _statements(connection: BaseDatabaseWrapper, existing: set[str]) -> Iterator[str]:
    quote = connection.ops.quote_name
    role = quote(settings.DATABASES["default"]["USER"])
    yield NEVER_IGNORE
    if pghistory.models.Context._meta.db_table in existing:
        yield ATTACH_CONTEXT
    yield ANALYZE
    yield "REVOKE ALL ON FUNCTION engraft_analyze(TEXT) FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION engraft_analyze(TEXT) TO {role}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON django_migrations TO {role}"
    for model in stored_models():
        if model._meta.db_table not in existing:
            continue
        table = quote(model._meta.db_table)
        yield f"GRANT {_rights(model)} ON {table} TO {role}"
        if rule := writable(model):
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
            yield f"DROP POLICY IF EXISTS {POLICY} ON {table}"
            yield f"CREATE POLICY {POLICY} ON {table} USING ({rule}) WITH CHECK ({rule})"
        if model._meta.label in SEARCHED:
            # Policies of one table add up: this one widens what is read, not what is written. It has
            # no condition: PostgreSQL looks into the index of an array only where none stands before it.
            yield f"DROP POLICY IF EXISTS {SEARCHED_POLICY} ON {table}"
            yield f"CREATE POLICY {SEARCHED_POLICY} ON {table} FOR SELECT USING (true)"


def _rights(model: type[models.Model]) -> str:
    events = issubclass(model, (pghistory.models.Event, pghistory.models.Context))
    if events or getattr(model, "append_only", False):
        return "SELECT, INSERT"
    if getattr(model, "written_once", False):
        return "SELECT, INSERT, DELETE"
    return "SELECT, INSERT, UPDATE, DELETE"


def stored_models() -> list[type[models.Model]]:
    """Every model that has a table of its own, link tables included."""
    known = apps.get_models(include_auto_created=True)
    return [model for model in known if model._meta.managed and not model._meta.proxy]


def visible(model: type[models.Model]) -> str | None:
    """The condition under which a row of the model's table exists for the app role; None: always."""
    return None if model._meta.label in SEARCHED else writable(model)


def writable(model: type[models.Model]) -> str | None:
    """The condition under which the app role may write a row of the model's table; None: always."""
    source = getattr(model, "pgh_tracked_model", None) or model
    if source._meta.label in OPEN:
        return None
    columns = {field.column for field in model._meta.local_concrete_fields}
    if "centre_id" in columns:
        return OF_ONE_CENTRE
    return OF_SEVERAL_CENTRES if "centres" in columns else None
