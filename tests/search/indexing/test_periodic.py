"""Periodic work runs once when due, in the first process that asks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from common import periodic
from common.periodic import Periodic, registered, run_due, seconds_to_next_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch):
    made: list[str] = []

    def fail():
        made.append("failing")
        raise RuntimeError("no")

    jobs = {
        "often": Periodic("often", timedelta(seconds=30), lambda: made.append("often")),
        "failing": Periodic("failing", timedelta(hours=1), fail),
    }
    monkeypatch.setattr(periodic, "registered", lambda: tuple(jobs.values()))
    return made


def test_a_run_is_taken_once_until_the_next_is_due(calls):
    now = timezone.now()
    run_due(now=now)
    run_due(now=now + timedelta(seconds=10))
    assert calls.count("often") == 1
    run_due(now=now + timedelta(seconds=31))
    assert calls.count("often") == 2


def test_a_failed_run_comes_again_after_a_minute_not_after_its_whole_pause(calls):
    now = timezone.now()
    assert run_due(now=now) == ["often"]
    run_due(now=now + timedelta(seconds=20))
    assert calls.count("failing") == 1
    run_due(now=now + timedelta(seconds=61))
    assert calls.count("failing") == 2


def test_daily_work_waits_for_its_hour_of_the_sites_own_time():
    job = Periodic("nightly", timedelta(days=1), lambda: None, at=time(3, 30))
    shanghai = ZoneInfo("Asia/Shanghai")
    assert job.pause_after(datetime(2026, 5, 1, 1, 30, tzinfo=shanghai)) == timedelta(hours=2)
    assert job.pause_after(datetime(2026, 5, 1, 4, 30, tzinfo=shanghai)) == timedelta(hours=23)


def test_nightly_work_waits_for_its_first_night(monkeypatch):
    made: list[str] = []
    job = Periodic("nightly", timedelta(days=1), lambda: made.append("nightly"), at=time(3, 30))
    monkeypatch.setattr(periodic, "registered", lambda: (job,))
    start = datetime(2026, 5, 1, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert run_due(now=start) == []
    assert run_due(now=start + timedelta(hours=15)) == []
    assert run_due(now=start + timedelta(hours=16)) == ["nightly"]
    assert run_due(now=start + timedelta(hours=17)) == []


def test_the_apps_have_registered_their_work():
    names = {job.name for job in registered()}
    assert "search.periodic.compare_index_with_database" in names
    assert "library.periodic.recover_lost_jobs" in names
    assert "resources.periodic.publish_due" in names


def test_the_clock_sleeps_until_the_next_work_is_due(monkeypatch):
    jobs = (
        Periodic(name="often", every=timedelta(seconds=4), function=lambda: None),
        Periodic(name="rarely", every=timedelta(hours=1), function=lambda: None),
    )
    monkeypatch.setattr(periodic, "registered", lambda: jobs)
    assert run_due() == ["often", "rarely"]
    assert 2 < seconds_to_next_run(most=10) <= 4
    assert seconds_to_next_run(most=1) == 1


def test_looking_for_periodic_work_costs_one_query(django_assert_num_queries):
    run_due()
    with django_assert_num_queries(1):
        assert run_due() == []
