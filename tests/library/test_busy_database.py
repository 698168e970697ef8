"""While another process holds the database, readers read on and writers are asked to come again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from django.core.signals import request_finished
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client

from common.database import is_busy
from members.models import User
from resources.delivery.usage import record_noted
from resources.models import Resource, ResourceStats, UsageEvent
from tests.factories import ResourceFactory, person
from tests.factories.members import PASSWORD

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0"
SLOW_LOCK_MS = 100


@contextmanager
def written_by_another_process() -> Iterator[None]:
    """Hold SQLite's write lock from a connection of its own; ours gives up early, so that the test is short."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {SLOW_LOCK_MS}")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite has one write lock; PostgreSQL locks rows")


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, headers={"user-agent": BROWSER})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "请过几秒再试"), ("en", "Try again in a few seconds")])
def test_a_sign_in_that_cannot_be_saved_is_asked_to_come_again(
    sqlite: None, visitor: Client, language: str, words: str
):
    user = person("teacher")
    visitor.cookies["django_language"] = language
    with written_by_another_process():
        answer = visitor.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert words in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_api_says_so_in_json(sqlite: None, visitor: Client):
    visitor.force_login(person("teacher"))
    with written_by_another_process():
        body = {"name": "a.pdf", "size": 10, "idempotency_key": "one"}
        answer = visitor.post("/api/uploads", body, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["code"] == "busy"


@pytest.mark.django_db(transaction=True)
def test_a_resource_page_does_not_wait_for_its_count(sqlite: None, visitor: Client):
    resource = ResourceFactory.create(live=True)
    # The first page of a new site makes the row of its settings.
    visitor.get(resource.get_absolute_url(), headers={"user-agent": "curl/8"})
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20000")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    answer = visitor.get(resource.get_absolute_url())
    waited = time.monotonic() - began
    other.rollback()
    other.close()
    assert answer.status_code == 200
    assert waited < 5
    assert not UsageEvent.objects.exists()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20000
    visitor.get(resource.get_absolute_url())
    assert ResourceStats.objects.get(resource=resource).views == 1


@pytest.mark.django_db
def test_a_page_is_made_before_its_view_is_counted(visitor: Client, monkeypatch: pytest.MonkeyPatch):
    resource: Resource = ResourceFactory.create(live=True)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("counted inside the request")

    request_finished.disconnect(dispatch_uid="resources.delivery.usage")
    try:
        with monkeypatch.context() as patch:
            patch.setattr("resources.delivery.usage._record", fail)
            assert visitor.get(resource.get_absolute_url()).status_code == 200
    finally:
        request_finished.connect(record_noted, dispatch_uid="resources.delivery.usage")
    assert record_noted() == 1


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


def test_only_errors_that_pass_are_called_busy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("common.database.connection", SimpleNamespace(vendor="sqlite"))
    assert is_busy(OperationalError("database is locked"))
    assert is_busy(OperationalError("database table is locked"))
    assert is_busy(InterfaceError("connection already closed"))
    assert not is_busy(OperationalError("no such table: resources_resource"))
    assert not is_busy(DatabaseError("database disk image is malformed"))
    assert not is_busy(User.DoesNotExist())
    assert not is_busy(None)
    monkeypatch.setattr("common.database.connection", SimpleNamespace(vendor="postgresql"))
    assert is_busy(caused_by(psycopg.OperationalError("connection refused")))
    assert is_busy(caused_by(psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")))
    assert not is_busy(caused_by(psycopg.errors.DiskFull("no space left on device")))
