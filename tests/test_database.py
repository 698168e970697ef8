"""A session copies the migrated template, and everything that decides its contents makes a new one."""

from __future__ import annotations

import inspect
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate

from tests import database

DATABASE = f"templates_{os.getpid()}"


@pytest.fixture(autouse=True)
def own_templates(monkeypatch, tmp_path, django_db_blocker):
    monkeypatch.setattr(database, "TEMPLATES", tmp_path / "templates")
    with django_db_blocker.unblock():
        yield


def sqlite(tmp_path: Path) -> Any:
    from django.db.backends.sqlite3.base import DatabaseWrapper

    return wrapper(DatabaseWrapper, NAME=str(tmp_path / "live.sqlite3"), TEST=str(tmp_path / "test.sqlite3"))


def postgres(url: str) -> Any:
    import dj_database_url
    from django.db.backends.postgresql.base import DatabaseWrapper

    return wrapper(DatabaseWrapper, **{**dj_database_url.parse(url), "NAME": DATABASE, "TEST": None})


def wrapper(backend: Any, *, TEST: str | None, **values: Any) -> Any:
    from django.db import connection

    return backend(
        {
            **connection.settings_dict,
            "OPTIONS": {},
            **values,
            "TEST": {**connection.settings_dict["TEST"], "NAME": TEST},
        },
        "templates",
    )


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.services)])
def connection(request, tmp_path, monkeypatch, settings):
    """A connection whose migration is one table with one row, counted."""
    made = sqlite(tmp_path) if request.param == "sqlite" else postgres(request.getfixturevalue("postgres_url"))
    monkeypatch.setitem(settings.DATABASES, "templates", {})
    monkeypatch.setattr(type(made), "_test_serialized_contents", "[]", raising=False)
    monkeypatch.setattr(type(made.creation), "deserialize_db_from_string", None)
    production_name = made.settings_dict["NAME"]
    made.migrated = 0

    def create_test_db(**options: Any) -> None:
        made.migrated += 1
        name = made.creation._create_test_db(0, True)
        made.settings_dict["NAME"] = name
        with made.cursor() as cursor:
            cursor.execute("CREATE TABLE seed (word text)")
            cursor.execute("INSERT INTO seed VALUES ('migrated')")

    monkeypatch.setattr(made.creation, "create_test_db", create_test_db)
    monkeypatch.setattr(made.creation, "serialize_db_to_string", lambda: f'["rows {made.migrated}"]')
    yield made
    made.close()
    database.drop(made, production_name)
    for path in database.TEMPLATES.glob("*/*.json"):
        if made.vendor == "postgresql":
            database.PostgresTemplate(made, "").delete(path.stem)


def words(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM seed")
        return [row[0] for row in cursor.fetchall()]


def next_session(connection: Any) -> bool:
    connection.close()
    connection.settings_dict["NAME"] = DATABASE if connection.vendor == "postgresql" else "live.sqlite3"
    return database.create(connection)


def test_a_second_session_does_not_migrate_and_sees_nothing_of_the_first(connection):
    assert next_session(connection)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO seed VALUES ('left by a killed run')")
    assert not next_session(connection)
    assert connection.migrated == 1
    assert words(connection) == ["migrated"]
    assert type(connection)._test_serialized_contents == '["rows 1"]'


def test_another_fingerprint_migrates_and_old_templates_are_deleted(connection, monkeypatch):
    for number in range(database.KEPT + 2):
        monkeypatch.setattr(database, "fingerprint", lambda number=number: f"{number}")
        assert next_session(connection)
    assert connection.migrated == database.KEPT + 2
    rows = {path.stem for path in database.TEMPLATES.glob("*/*.json")}
    assert rows == {"2", "3", "4"}
    assert not next_session(connection)
    monkeypatch.setattr(database, "fingerprint", lambda: "0")
    assert next_session(connection)


def test_asking_for_it_migrates_again(connection):
    assert next_session(connection)
    assert database.create(connection, rebuild=True)
    assert type(connection)._test_serialized_contents == '["rows 2"]'


@pytest.mark.parametrize(
    "changed", ["resources/migrations/0001_initial.py", "home/default_pages.py", "constraints.txt"]
)
def test_a_changed_migration_seed_or_version_makes_a_new_template(tmp_path, changed):
    for path in database._inputs(database.ROOT):
        copy = tmp_path / path.relative_to(database.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    assert database.fingerprint(tmp_path) == database.fingerprint()
    with (tmp_path / changed).open("a") as file:
        file.write("# changed\n")
    assert database.fingerprint(tmp_path) != database.fingerprint()


def test_a_new_migration_makes_a_new_template(tmp_path):
    before = database.fingerprint(tmp_path)
    (tmp_path / "members/migrations").mkdir(parents=True)
    (tmp_path / "members/migrations/0099_more.py").write_text("")
    assert database.fingerprint(tmp_path) != before


def test_the_fingerprint_knows_every_module_that_seeds_the_database():
    assert not [name for name in database.SEEDS if not (database.ROOT / name).is_file()]
    receivers = [reference() for _, reference, *_ in post_migrate.receivers]
    files = {Path(inspect.getfile(receiver)).resolve() for receiver in receivers if receiver}
    ours = {path.relative_to(database.ROOT).as_posix() for path in files if path.is_relative_to(database.ROOT)}
    ours = {name for name in ours if not name.startswith(".venv/")}
    assert ours <= set(database.SEEDS)


@pytest.mark.django_db
def test_the_test_database_has_every_migration_applied():
    call_command("migrate", "--check", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_leaves_the_seeded_rows_under_their_numbers(time):
    from home.models import HomePage

    page = HomePage.objects.get()
    seeded = [
        each["pk"]
        for each in json.loads(type(connections["default"])._test_serialized_contents)
        if each["model"] == "home.homepage"
    ]
    assert seeded == [page.pk]
    page.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_that_commits_leaves_every_table_as_it_was(time):
    """Compared with what saving every row as a model would give."""
    serialized = connections["default"].creation.serialize_db_to_string()
    present, kept = (
        [row for row in json.loads(text) if row["model"] != "common.contentstamp"]
        for text in (serialized, type(connections["default"])._test_serialized_contents)
    )
    assert present == kept
    assert len(present) > 500
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
