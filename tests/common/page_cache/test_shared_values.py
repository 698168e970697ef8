"""What every page shows alike is read once, until it changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from home.models import ContentPage, SiteSettings
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]


@pytest.fixture(autouse=True)
def _settings_exist() -> None:
    """The first page of a new site writes the row of its settings."""
    SiteSettings.for_request(RequestFactory().get("/"))


@pytest.fixture
def teacher(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def links_read(client: Client) -> int:
    """How many queries for the links of header and footer a page of a signed-in user takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/schools/").status_code == 200
    return sum("home_contentpage" in query["sql"] for query in captured.captured_queries)


def test_the_links_of_header_and_footer_are_read_once_for_all_signed_in_users(teacher: Client) -> None:
    other = Client()
    other.force_login(UserFactory())
    assert links_read(teacher) > 0
    assert links_read(teacher) == 0
    assert links_read(other) == 0


def test_a_changed_menu_is_shown_on_the_next_page(teacher: Client) -> None:
    assert teacher.get("/schools/").content.decode().count('href="/licences/"') == 1
    ContentPage.objects.filter(slug="licences").update(show_in_menus=True)
    assert teacher.get("/schools/").content.decode().count('href="/licences/"') == 2


def test_each_language_has_its_own_links(teacher: Client) -> None:
    page = ContentPage.objects.get(slug="licences")
    chinese = teacher.get("/schools/").content.decode()
    teacher.cookies["django_language"] = "en"
    english = teacher.get("/schools/").content.decode()
    assert page.title in chinese
    assert page.title_en in english
    assert page.title_en not in chinese


def test_without_the_page_cache_nothing_is_kept(teacher: Client, settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0
    links_read(teacher)
    assert links_read(teacher) > 0
