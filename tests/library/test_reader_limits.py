"""One network, or very many readers, can't take every thread with searches; refusals say in words what to do."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from library.serving.reader_limits import BURST, PATIENCE, RatePerAddress, ReaderLimits

THREADS = 4
PLACES = 3


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "请等十秒"), ("en", "Wait ten seconds")])
def test_a_network_that_searches_too_often_is_refused_in_words(
    settings: Any, client: Client, language: str, words: str
):
    settings.SEARCHES_PER_MINUTE = 2 / BURST
    client.cookies["django_language"] = language
    answers = [client.get("/search/?q=洗手") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "10"
    assert words in answers[2].content.decode()
    assert client.get("/search/", REMOTE_ADDR="203.0.113.8").status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_scripts_are_refused_in_json(settings: Any, client: Client, django_assert_num_queries: Any):
    settings.SEARCHES_PER_MINUTE = 1
    for path in ("/api/search", "/search/suggest?q=xi"):
        while (answer := client.get(path)).status_code == 200:
            continue
        with django_assert_num_queries(0):
            answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"], answer.json()["code"]) == (429, "10", "too_many")


def test_a_rate_recovers_and_an_ipv6_network_counts_as_one(monkeypatch: pytest.MonkeyPatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    rate = RatePerAddress()
    allowed = [rate.allows("a", "search", per_minute=60) for _ in range(40)]
    assert sum(allowed) == 60 * BURST
    now[0] += 5
    assert sum(rate.allows("a", "search", per_minute=60) for _ in range(40)) == 5


def test_the_memory_of_addresses_has_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("library.serving.reader_limits.MAX_ADDRESSES", 10)
    rate = RatePerAddress()
    for number in range(100):
        rate.allows(str(number), "search", per_minute=60)
    assert len(rate._buckets) == 10


def test_searches_leave_threads_to_others_and_are_refused_at_once(settings: Any, rf: RequestFactory):
    settings.WEB_THREADS = THREADS
    started, end = threading.Semaphore(0), threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        if request.path == "/search/":
            started.release()
            end.wait(30)
        return HttpResponse("found")

    limits = ReaderLimits(view)
    searches = [threading.Thread(target=limits, args=[rf.get("/search/")]) for _ in range(PLACES)]
    for search in searches:
        search.start()
        started.acquire()
    try:
        refused = limits(rf.get("/search/"))
        assert (refused.status_code, refused["Retry-After"]) == (503, "3")
        began = time.monotonic()
        assert {limits(rf.get("/search/")).status_code for _ in range(20)} == {503}
        assert time.monotonic() - began < 20 * PATIENCE, "only the first waited for a place"
        assert limits(rf.get("/workspace/")).status_code == 200
    finally:
        end.set()
        for search in searches:
            search.join()
    assert limits(rf.get("/search/")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "请稍候"), ("en", "Please wait a moment")])
def test_a_form_with_files_is_refused_in_the_users_language(
    client: Client, monkeypatch: pytest.MonkeyPatch, language: str, words: str
):
    """Refused before a byte is read, yet after the language is known."""
    full = SimpleNamespace(BoundedSemaphore=lambda _places: threading.Semaphore(0))
    monkeypatch.setattr("library.serving.upload_concurrency.threading", full)
    client.cookies["django_language"] = language
    answer = client.post("/workspace/upload/plain/", "x" * 300_000, content_type="application/octet-stream")
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert words in answer.content.decode()
