"""Do the servers from the wheels start, come back with their data, share, and stop?"""

from pathlib import Path

import psycopg
import pytest
import redis

from config.local import Services, local_services, remove


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
