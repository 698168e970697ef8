"""A clock that is set back, as after a wrong time server, holds nothing up until the old time comes again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from common import periodic
from common.tasks import requeue_lost_jobs
from resources.tasks import housekeeping
from search.indexing import outbox
from search.indexing.rebuild import next_request
from search.models import Outbox, RebuildRequest

pytestmark = pytest.mark.django_db

FUTURE = timedelta(days=300)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the only periodic function did."""
    found: list[str] = []
    job = periodic.Periodic(name="tests.work", every=timedelta(minutes=5), function=lambda: found.append("ran"))
    monkeypatch.setattr(periodic, "registered", lambda: (job,))
    return found


def run_at(moment: datetime) -> None:
    periodic.run_due(now=moment)


def test_periodic_work_goes_on(runs: list[str]) -> None:
    now = timezone.now()
    run_at(now + FUTURE)
    run_at(now)
    run_at(now + timedelta(minutes=1))
    assert len(runs) == 2
    run_at(now + timedelta(minutes=6))
    assert len(runs) == 3


def test_a_clock_a_few_seconds_behind_runs_nothing_twice(runs: list[str]) -> None:
    now = timezone.now()
    run_at(now)
    run_at(now - timedelta(seconds=20))
    assert len(runs) == 1


def test_changes_written_in_the_wrong_future_are_indexed_now() -> None:
    now = timezone.now()
    later = now + FUTURE
    new = Outbox.objects.create(resource_id=1, created=later, next_at=later)
    failed = Outbox.objects.create(resource_id=2, created=now, next_at=later, attempts=1)
    outbox.enqueue(3, not_before=later)
    again = Outbox.objects.create(resource_id=4, created=now, next_at=now + timedelta(minutes=4), attempts=3)
    due = set(Outbox.objects.due(now))
    assert due == {new, failed}
    assert again not in due


def test_a_job_that_waits_for_a_wrong_future_runs() -> None:
    now = timezone.now()
    housekeeping.using(run_after=now + FUTURE).enqueue()
    housekeeping.using(run_after=now + timedelta(minutes=4)).enqueue()
    housekeeping.enqueue()
    requeue_lost_jobs()
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=housekeeping.module_path)
    assert waiting.filter(run_after__lte=timezone.now()).count() == 1
    assert waiting.count() == 3


def test_a_rebuild_put_off_to_a_wrong_future_is_served() -> None:
    soon = RebuildRequest.objects.create(reason="soon", not_before=timezone.now() + timedelta(seconds=20))
    assert next_request() is None
    RebuildRequest.objects.filter(pk=soon.pk).update(not_before=timezone.now() + FUTURE)
    assert next_request() == soon
