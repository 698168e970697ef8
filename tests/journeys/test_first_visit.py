"""A first visit on a phone transfers little, and nothing on the page moves while it loads."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler

from benchmarks.front import visit
from home.models import CollectionEntry, CollectionIndexPage, CollectionPage
from search import engine_provider
from search.indexing.indexer import deliver_all
from tests.factories import ResourceFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME_KB, HOME_REQUESTS, RESULTS_KB, SHIFT = 150, 15, 120, 0.02


@pytest.fixture(autouse=True)
def _files_as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """By WhiteNoise, which compresses; not by the test server's own handler."""
    monkeypatch.setattr(StaticFilesHandler, "_should_handle", lambda self, path: False)


def test_home_results_and_resource_page_keep_their_budget(live_server: Any, browser: Any):
    school = SchoolFactory()
    shown = [
        ResourceFactory(live=True, school=school, title=f"七步洗手（{number}）", files=[["洗手要用流动水", "擦干双手"]])
        for number in range(10)
    ]
    collection = CollectionPage(title="一日生活", slug="daily")
    collection.entries = [CollectionEntry(resource=shown[0])]
    CollectionIndexPage.objects.get().add_child(instance=collection)
    with engine_provider.opened_writer() as writer:
        deliver_all(writer)
    engine_provider.forget()
    home = visit(browser, f"{live_server.url}/")
    assert home.bytes <= HOME_KB * 1000
    assert home.requests <= HOME_REQUESTS
    results = visit(browser, f"{live_server.url}/search/?q=洗手")
    assert results.bytes <= RESULTS_KB * 1000
    resource = visit(browser, live_server.url + shown[0].get_absolute_url())
    assert resource.bytes <= RESULTS_KB * 1000
    assert max(home.shift, results.shift, resource.shift) < SHIFT
