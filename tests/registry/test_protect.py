"""Does PostgreSQL itself keep centres apart and the trail whole, whatever the query forgot?"""

import pghistory
import pgtrigger
import psycopg
import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from registry import protect
from registry.models import Centre, Patient
from registry.scope import every_centre, scope, scoped_centres
from reports.models import DataCut

# Tables of ours without a centre, each with the reason why that is right.
WITHOUT_CENTRE = {
    "registry.Centre": "the list of centres itself; everyone signed in may see it",
    "reports.Subscription": "a person's standing order: no patient in it",
    "reports.Delivery": "who was sent which run: no patient in it",
    "registry.Digest": "who was sent a reminder: no patient in it",
    "registry.NetworkFigure": "a number about all centres together, for every reader",
}

Event = Patient.pgh_event_model


@pytest.fixture
def two_centres(db: None) -> tuple[Centre, Centre]:
    """Each with one patient."""
    centres = tuple(Centre.objects.create(code=code) for code in ("A", "B"))
    with scope(centre.pk for centre in centres):
        for centre in centres:
            Patient.objects.create(centre=centre, key="1", pseudonym=f"P-{centre.code}")
    return centres


def execute(statement: str) -> None:
    """Run SQL as the app role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def seen() -> set[str]:
    return set(Patient.objects.values_list("pseudonym", flat=True))


def test_without_a_scope_nothing_is_seen(two_centres: tuple[Centre, Centre]) -> None:
    assert seen() == set()
    assert not Event.objects.exists()
    assert scoped_centres() is None


def test_a_scope_shows_its_centres_and_their_trail(two_centres: tuple[Centre, Centre]) -> None:
    own, _ = two_centres
    with scope([own.pk]):
        assert seen() == {"P-A"}
        assert set(Event.objects.values_list("centre_id", flat=True)) == {own.pk}
    assert seen() == set()


def test_what_is_made_from_several_centres_needs_all_of_them(
    two_centres: tuple[Centre, Centre],
) -> None:
    own, other = two_centres
    both = [own.pk, other.pk]
    told = {"taken_at": timezone.now(), "rows": 2, "columns": b""}
    with scope(both):
        DataCut.objects.create(centres=both, sha256="both", **told)
        DataCut.objects.create(centres=[own.pk], sha256="own", **told)

    def cuts() -> set[str]:
        return set(DataCut.objects.values_list("sha256", flat=True))

    with scope(both):
        assert cuts() == {"both", "own"}
    with scope([own.pk]):
        assert cuts() == {"own"}
    with scope([other.pk]):
        assert cuts() == set()
    assert cuts() == set()


def test_every_centre_is_every_centre(two_centres: tuple[Centre, Centre]) -> None:
    with every_centre():
        assert seen() == {"P-A", "P-B"}


def test_an_inner_scope_can_only_narrow(two_centres: tuple[Centre, Centre]) -> None:
    own, other = two_centres
    with scope([own.pk]):
        with scope([own.pk, other.pk]):
            assert seen() == {"P-A"}
        with scope([other.pk]):
            assert seen() == set()
        assert seen() == {"P-A"}
    with scope([]), every_centre():
        assert seen() == set()


def test_a_scope_holds_again_after_an_error_inside(two_centres: tuple[Centre, Centre]) -> None:
    own, other = two_centres
    with scope([own.pk, other.pk]):
        with pytest.raises(ZeroDivisionError), scope([own.pk]):
            raise ZeroDivisionError
        assert seen() == {"P-A", "P-B"}
    with pytest.raises(ZeroDivisionError), scope([own.pk]):
        raise ZeroDivisionError
    assert seen() == set()


def test_a_foreign_row_is_refused(two_centres: tuple[Centre, Centre]) -> None:
    own, other = two_centres
    with scope([own.pk]):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.create(centre=other, key="2", pseudonym="P-C")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Patient.objects.update(centre=other)
        assert Patient.objects.filter(centre=other).update(key="3") == 0


@pytest.mark.parametrize("change", ["UPDATE {} SET key = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_app_role_cannot_change_the_trail(
    change: str, two_centres: tuple[Centre, Centre]
) -> None:
    with every_centre(), pytest.raises(ProgrammingError, match="permission denied"):
        execute(change.format(Event._meta.db_table))


@pytest.mark.parametrize("table", ["registry_patient", "registry_centre", "pghistory_context"])
def test_the_app_role_cannot_truncate(table: str, db: None) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        execute(f"TRUNCATE {table} CASCADE")


def test_the_trail_cannot_be_switched_off(two_centres: tuple[Centre, Centre]) -> None:
    with every_centre():
        before = Event.objects.count()
        with pgtrigger.ignore(), pghistory.context(user=1):
            Patient.objects.update(key="switched off")
        assert Event.objects.count() == before + 2


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE engraft_owner",
        "SET session_replication_role = replica",
        "ALTER TABLE registry_patient DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE registry_patient DISABLE TRIGGER ALL",
        "DROP POLICY own_centres ON registry_patient",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_the_app_role_cannot_lift_the_protection(statement: str, db: None) -> None:
    with pytest.raises(ProgrammingError):
        execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_bound_too() -> None:
    centre = Centre.objects.create(code="A")
    with scope([centre.pk]):
        Patient.objects.create(centre=centre, key="1", pseudonym="P-A")
    settings = connections["owner"].settings_dict
    with psycopg.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"],
        password=settings["PASSWORD"], dbname=settings["NAME"],
    ) as owner:  # fmt: skip
        assert owner.execute("SELECT count(*) FROM registry_patient").fetchone() == (0,)


def test_each_table_of_ours_is_guarded_or_has_a_reason() -> None:
    ours = [
        one for one in protect.stored_models() if one._meta.app_label in ("registry", "reports")
    ]
    open_ones = {
        one._meta.label for one in ours if not protect.visible(one) and not one._meta.auto_created
    }
    assert open_ones == set(WITHOUT_CENTRE) | set(protect.OPEN) | set(protect.SEARCHED)


def test_a_table_made_later_is_out_of_reach_until_it_is_protected(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_default_acl")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_migrating_again_changes_nothing() -> None:
    def rights() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, relacl::text, relrowsecurity, relforcerowsecurity, polname,"
                " pg_get_expr(polqual, polrelid) FROM pg_class LEFT JOIN pg_policy"
                " ON polrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 5"
            )
            return cursor.fetchall()

    before = rights()
    protect.apply(connections["owner"])
    assert rights() == before
