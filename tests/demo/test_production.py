"""Production refuses the demo's content and its accounts."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from demo.accounts import ACCOUNTS
from members.demo_accounts import DEMO_DOMAIN

SENTENCE = "This database holds accounts of the demo (1), whose password is public."


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """The environment of production over an SQLite file, as a copied `var/` would give it."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "library.settings.production",
        "SECRET_KEY": "a-key-of-my-own-for-this-test-" * 3,
        "BASE_URL": "https://library.example.edu",
        "LIBRARY_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "LIBRARY_DEMO": "false",
    }


def run(*words: str, environment: dict[str, str]) -> Any:
    return subprocess.run(
        [sys.executable, *words], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120
    )


def test_production_refuses_to_load_it(production):
    """The demo app is not installed there, so its command does not exist."""
    done = run("manage.py", "load_demo", "--skip-checks", environment=production)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "Unknown command: 'load_demo'"


def test_a_database_that_holds_its_accounts_starts_nothing_until_they_are_closed(production, tmp_path):
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database, database:
        # The check reads only this table and these columns.
        database.execute("CREATE TABLE members_user (id integer PRIMARY KEY, email varchar(254), is_active bool)")
        database.execute("INSERT INTO members_user VALUES (1, 'Admin@Demo.example', 1), (2, 'li@school.edu.cn', 1)")
    starts = (
        ("-c", "import library.wsgi"),
        ("manage.py", "worker", "--name", "w", "--batch"),
        ("manage.py", "relay"),
        ("manage.py", "check", "--deploy"),
    )
    for words in starts:
        done = run(*words, environment=production)
        assert done.returncode != 0, words
        assert SENTENCE in done.stderr, words
    assert "Accounts of the demo closed: 1." in run("manage.py", "close_demo_accounts", environment=production).stdout
    done = run("-c", "import library.wsgi", environment=production)
    assert done.returncode == 0, done.stderr


def test_cookies_belong_to_this_host_alone(production):
    """Their names make browsers refuse any that another host, or plain HTTP, set."""
    script = """
import django
django.setup()
from django.test import Client
answer = Client(headers={"host": "library.example.edu"}).get("/accounts/login/", secure=True)
assert answer.status_code == 200, answer.status_code
cookie = answer.cookies["__Host-csrftoken"]
assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), cookie
from django.conf import settings
assert settings.SESSION_COOKIE_NAME == "__Host-sessionid"
assert settings.SESSION_COOKIE_SECURE and settings.SESSION_COOKIE_DOMAIN is None
"""
    for words in (("manage.py", "migrate", "-v0"), ("manage.py", "collectstatic", "--noinput", "-v0"), ("-c", script)):
        done = run(*words, environment=production)
        assert done.returncode == 0, done.stderr


def test_a_web_process_starts_while_the_database_is_away(production):
    production["DATABASE_URL"] = "postgres://u:p@127.0.0.1:9/none"
    done = run("-c", "import library.wsgi", environment=production)
    assert done.returncode == 0, done.stderr
    assert "could not be asked for demo accounts" in done.stderr


@pytest.mark.parametrize(
    ("email", "active", "forgotten"),
    [("teacher@demo.example", 1, True), ("teacher@demo.example", 0, False), ("li@school.edu.cn", 1, False)],
)
def test_make_fresh_forgets_a_demo_and_nothing_else(tmp_path: Path, email: str, active: int, forgotten: bool):
    folder = tmp_path / "var"
    (folder / "store").mkdir(parents=True)
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database, database:
        database.execute("CREATE TABLE members_user (id integer PRIMARY KEY, email varchar(254), is_active bool)")
        database.execute("INSERT INTO members_user VALUES (1, ?, ?)", (email, active))
    done = run("bin/fresh", str(folder), environment=dict(os.environ))
    assert folder.exists() is not forgotten
    assert (done.returncode == 0) is forgotten
    assert ("nothing was removed" in done.stderr) is not forgotten


def test_make_fresh_leaves_the_files_of_a_database_that_is_elsewhere(tmp_path: Path):
    (tmp_path / "var" / "store").mkdir(parents=True)
    done = run("bin/fresh", str(tmp_path / "var"), environment=dict(os.environ))
    assert (done.returncode, (tmp_path / "var" / "store").is_dir()) == (1, True)


def test_the_guard_knows_every_account_of_the_demo():
    assert all(account.email.endswith(DEMO_DOMAIN) for account in ACCOUNTS)
