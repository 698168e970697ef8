"""A web process is ready before it is asked."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from library.serving import gunicorn
from library.serving.preload import warm
from search import engine_provider as engines
from search.models import QueryLog

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> Iterator[Any]:
    """The site as gunicorn gets it. It would close the test's connection at both ends of a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in signals:
        signal.connect(close_old_connections)


def start(application: Any) -> None:
    gunicorn.post_worker_init(SimpleNamespace(wsgi=application))


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The engines this process opens, from here on."""
    seen: list[Any] = []
    real = engines.open_engine
    monkeypatch.setattr(engines, "open_engine", lambda *args, **kwargs: seen.append(args) or real(*args, **kwargs))
    engines.forget()
    return seen


def test_the_first_reader_finds_the_engine_open(application: Any, opened: list[Any]) -> None:
    start(application)
    before = list(opened)
    assert before
    assert Client().get("/search/").status_code == 200
    assert opened == before


def test_what_is_loaded_is_not_walked_over_again(application: Any) -> None:
    start(application)
    assert gc.get_freeze_count() > 100_000


def test_pages_are_made_behind_a_proxy_too_and_leave_nothing_behind(application: Any, settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://library.example.org"
    settings.ALLOWED_HOSTS = ["library.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert warm(application) == [200, 200]
    assert not QueryLog.objects.exists()
    assert not Session.objects.exists()


def test_a_process_that_can_not_be_warmed_starts_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("not today")

    assert warm(broken) == []
    assert "not today" in caplog.text
