"""Waiting for work: a change ends the wait at once, and nothing else does."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from common import wake
from common.models import Lease
from common.tasks import seconds_to_next
from common.wake import notifications, watch_database
from common.wake.notifications import NotificationWatch
from search.models import Outbox, RebuildRequest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watch() -> Iterator[wake.Watch]:
    made = watch_database()
    made.mark()
    yield made
    made.close()


def seconds_waited(watch: wake.Watch, most: float, *, stopped: Any = lambda: False) -> float:
    begun = time.monotonic()
    watch.wait(most, stopped=stopped)
    return time.monotonic() - begun


def in_another_connection(change: Any, *, after: float = 0.0) -> threading.Thread:
    def work() -> None:
        time.sleep(after)
        try:
            change()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def write_and_wake() -> None:
    Lease.objects.create(name="something", until="2026-01-01T00:00:00Z")
    wake.wake()


def test_a_change_of_another_process_ends_the_wait(watch: wake.Watch) -> None:
    writer = in_another_connection(write_and_wake, after=0.3)
    assert 0.2 < seconds_waited(watch, 20) < 5
    writer.join()


def test_a_change_between_the_look_for_work_and_the_wait_is_not_missed(watch: wake.Watch) -> None:
    in_another_connection(write_and_wake).join()
    assert seconds_waited(watch, 20) < 5


def test_without_a_change_the_wait_lasts_its_time(watch: wake.Watch) -> None:
    assert 0.5 <= seconds_waited(watch, 0.5) < 5


def test_the_wait_ends_soon_when_the_process_stops(watch: wake.Watch) -> None:
    stopping = threading.Event()
    threading.Timer(0.2, stopping.set).start()
    assert seconds_waited(watch, 20, stopped=stopping.is_set) < 5


def test_where_no_notification_arrives_the_process_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        monkeypatch.setattr(notifications, "_parameters", dict)
        monkeypatch.setattr(psycopg, "connect", lambda **_: pytest.fail("connected twice"))
    held_back = NotificationWatch()
    held_back._pooled = True
    held_back.mark()
    assert seconds_waited(held_back, 20) < 2


def test_without_a_server_the_process_polls_and_listens_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refused(**_: Any) -> None:
        tries.append(1)
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(notifications, "_parameters", dict)
    monkeypatch.setattr(psycopg, "connect", refused)
    away = NotificationWatch()
    for _ in range(2):
        away.mark()
        assert seconds_waited(away, 20) < 2
    assert len(tries) == 2


def test_a_stale_connection_of_django_does_not_end_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    class Listener:
        def execute(self, statement: str) -> None: ...

        def close(self) -> None: ...

    def broken() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(notifications, "_parameters", dict)
    monkeypatch.setattr(psycopg, "connect", lambda **_: Listener())
    monkeypatch.setattr(notifications, "notify", broken)
    restarted = NotificationWatch()
    restarted.mark()
    assert seconds_waited(restarted, 20) < 2


def test_a_request_to_rebuild_and_a_revived_dead_letter_wake_the_relay(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr("search.models.index_state.wake", lambda: woken.append("rebuild"))
    monkeypatch.setattr("search.models.outbox.wake", lambda: woken.append("outbox"))
    RebuildRequest.enqueue(reason="words")
    Outbox.objects.create(resource_id=1, dead=True)
    assert Outbox.objects.dead_letters().retry_dead() == 1
    assert woken == ["rebuild", "outbox"]


def test_a_worker_wakes_when_its_next_job_is_due() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from resources.pipeline.preview import process_blob

    assert seconds_to_next(["files"], most=5) == 5
    process_blob.using(run_after=timezone.now() + timedelta(seconds=2)).enqueue(1)
    assert 1 < seconds_to_next(["files"], most=5) <= 2
    assert 1 < seconds_to_next(["*"], most=5) <= 2
    assert seconds_to_next(["mail"], most=5) == 5
