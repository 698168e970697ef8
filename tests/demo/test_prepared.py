"""A second `make run` skips what the first has done, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from demo import prepared


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models.py").write_text("x = 1")
    return tmp_path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE x (y)")
    return path


def test_a_database_is_prepared_once_for_the_same_code(code, database):
    number = prepared.code_number(code)
    assert not prepared.is_prepared(database, number)
    prepared.note(database, number)
    assert prepared.is_prepared(database, number)
    assert prepared.is_prepared(database, prepared.code_number(code))


def test_changed_code_new_packages_and_another_database_are_prepared_again(code, database):
    prepared.note(database, prepared.code_number(code))
    (code / "home" / "models.py").write_text("x = 12")
    assert not prepared.is_prepared(database, changed := prepared.code_number(code))
    (code / ".venv").mkdir()
    (code / ".venv" / ".prepared").write_text("other")
    assert prepared.code_number(code) != changed
    assert not prepared.is_prepared(database.with_name("missing.sqlite3"), 1)
    database.write_bytes(b"damaged")
    assert not prepared.is_prepared(database, changed)


def test_compiled_files_change_nothing(code):
    number = prepared.code_number(code)
    (code / "home" / "models.pyc").write_text("compiled")
    assert prepared.code_number(code) == number


def test_another_database_server_is_prepared_at_every_start(monkeypatch, database):
    monkeypatch.setenv("LIBRARY_VAR", str(database.parent))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert prepared.main("check") == 1
    assert prepared.main("note") == 0
    assert prepared.main("check") == 0
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere")
    assert prepared.main("check") == 1
