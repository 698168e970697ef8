"""The draft page in a browser, signed in as its teacher."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from members.models import School
from resources.publishing import drafts
from tests.factories import SchoolFactory, person


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN"}


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def draft(school: School) -> Any:
    teacher = person("teacher", school=school)
    return drafts.create(who=teacher, school_id=school.pk, title="七步洗手")


@pytest.fixture
def draft_page(page: Page, live_server: Any, draft: Any) -> Page:
    """The draft's page, signed in as its teacher."""
    client = Client()
    client.force_login(draft.contributor)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(live_server.url + reverse("draft", args=[draft.pk]))
    page.wait_for_selector("[data-upload].has-script")
    return page
