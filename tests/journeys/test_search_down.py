"""The search engine stops: publishing goes on, search answers from titles and says so, then catches up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.journeys.breakable_proxy import BreakableProxy
from tests.journeys.conftest import services_environment
from tests.journeys.site import Site, running, until

pytestmark = [pytest.mark.services, pytest.mark.budget(180)]

DOWN_FOR = 25
"""Seconds: several of the breaker's pauses and of the relay's waits."""

PUBLISH = """
from tests.journeys.service_steps import approve, blob_of, offer, submit
import time
pk = offer(title={title!r}, name={title!r} + ".txt", data={title!r}.encode() * 20)
for _ in range(300):
    if blob_of(pk).canonical.state == "verified":
        break
    time.sleep(0.1)
submit(pk); approve(pk, "reviewer_a"); approve(pk, "editor")
answer = pk
"""


@pytest.fixture
def cut(
    tmp_path: Any, postgres_url: str, elasticsearch_url: str, s3_settings: Any
) -> Iterator[tuple[Site, BreakableProxy]]:
    """A site whose way to Elasticsearch can be cut."""
    with BreakableProxy(elasticsearch_url) as proxy:
        extra = services_environment(postgres_url, proxy.url, s3_settings)
        with running(tmp_path / "site", extra) as site:
            site.manage("prepare_store")
            site.python("from tests.journeys.seed import people\npeople()")
            yield site, proxy


def test_publishing_and_searching_go_on_without_the_engine(cut: tuple[Site, BreakableProxy]):
    site, proxy = cut
    first = site.python(PUBLISH.format(title="断开之前的喂养记录"))
    until(lambda: found(site, "断开之前的喂养记录", first), seconds=30, what="the first is found")

    proxy.cut()
    begin = time.monotonic()
    second = site.python(PUBLISH.format(title="断开期间的睡眠巡视"))
    answer = until(
        lambda: degraded(site, "断开期间的睡眠巡视"), seconds=20, what="search says that it answers from titles only"
    )
    assert f"/r/{second}/" in answer.text
    while time.monotonic() - begin < DOWN_FOR:
        asked = time.monotonic()
        answer = ask(site, "断开之前的喂养记录")
        assert answer.status_code == 200
        assert time.monotonic() - asked < 8
        time.sleep(2)

    proxy.mend()
    until(lambda: not degraded(site, "喂养"), seconds=60, what="search is whole again")
    until(lambda: found(site, "断开期间的睡眠巡视", second), seconds=60, what="what was published meanwhile is found")


def ask(site: Site, query: str) -> requests.Response:
    return requests.get(f"{site.url}/search/", params={"q": query}, timeout=30)


def degraded(site: Site, query: str) -> requests.Response | None:
    answer = ask(site, query)
    return answer if answer.headers.get("X-Search-Degraded") == "1" else None


def found(site: Site, query: str, pk: int) -> bool:
    answer = ask(site, query)
    return "X-Search-Degraded" not in answer.headers and f"/r/{pk}/" in answer.text
