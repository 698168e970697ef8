"""The content stamp knows every table that public pages read, and its triggers are in the database."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from common.page_cache.stamps import read_stamp
from common.page_cache.tables import CONDITIONS, UNSTAMPED, UNSTAMPED_COLUMNS, stamped_models
from common.page_cache.triggers import install, remove
from home.models import CollectionEntry, CollectionIndexPage, CollectionPage, NewsIndexPage, NewsPage
from search import engine_provider
from search.indexing.indexer import deliver_all
from search.query import query_log
from tests.factories import ResourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

MAY_LAG = {"resources_dailyusage", "resources_resourcestats"}
"""Counts of views and downloads: a page may show what they were when it was made."""

TABLE = re.compile(r'(?:FROM|JOIN) "([a-z0-9_]+)"')


def triggers() -> set[str]:
    source = (
        "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger WHERE NOT tgisinternal"
    )
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {source}")  # noqa: S608 - constants
        return {name for (name,) in cursor.fetchall() if name.startswith("stamp_")}


def public_addresses() -> list[str]:
    resource = ResourceFactory(live=True, title="七步洗手", files=[["洗手", "擦干"]])
    collection = CollectionPage(title="一日生活", slug="daily")
    collection.entries = [CollectionEntry(resource=resource)]
    CollectionIndexPage.objects.get().add_child(instance=collection)
    NewsIndexPage.objects.get().add_child(instance=NewsPage(title="动态", slug="n", summary="简介", category="policy"))
    with engine_provider.opened_writer() as writer:
        deliver_all(writer)
    page = resource.get_absolute_url()
    return [
        "/",
        page,
        f"{page}?v=1",
        f"{page}?q={quote('洗手')}",
        f"{page}pages/?at=1",
        f"{page}qr.svg",
        reverse("similar", args=[resource.pk]),
        f"{reverse('search')}?q={quote('洗手')}&type=courseware",
        f"{reverse('search')}?q=nothing+of+this",
        reverse("schools"),
        reverse("school", args=[resource.school.slug]),
        reverse("feed"),
        reverse("school_feed", args=[resource.school.slug]),
        reverse("news_feed"),
        reverse("sitemap"),
        *(reverse("sitemap_section", args=[section]) for section in ("resources", "schools", "pages")),
        collection.url,
        "/collections/",
        "/news/",
        "/news/n/",
        "/help/",
    ]


def test_each_table_that_a_public_page_reads_changes_the_stamp(monkeypatch):
    # Written after the response, and no part of it.
    monkeypatch.setattr(query_log, "count_query", lambda **kwargs: None)
    read: dict[str, str] = {}
    for address in public_addresses():
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(address)
        assert answer.status_code == 200, address
        # The page of a search in vain holds a form, so it is made for each visitor.
        assert ("ETag" in answer) is ("nothing" not in address)
        if "ETag" not in answer:
            continue
        for query in captured:
            read |= dict.fromkeys(TABLE.findall(query["sql"]), address)
    ignored = {
        table: address for table, address in read.items() if table in UNSTAMPED - MAY_LAG - {"common_contentstamp"}
    }
    assert ignored == {}
    assert {"home_homepage", "resources_resource", "search_indexstate"} <= read.keys()


def test_the_lists_name_tables_and_columns_that_exist():
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    assert UNSTAMPED | CONDITIONS.keys() | UNSTAMPED_COLUMNS.keys() <= tables.keys() | {"wagtailsearch_indexentry_fts"}
    for table, columns in UNSTAMPED_COLUMNS.items():
        assert columns <= {field.column for field in tables[table]._meta.concrete_fields}, table


def test_every_stamped_table_has_its_triggers():
    wanted = {f"stamp_{table}_{verb}" for table in stamped_models() for verb in ("insert", "update", "delete")}
    assert triggers() == wanted


def test_no_trigger_names_a_column_that_its_table_lacks():
    with connection.cursor() as cursor:
        for table, model in stamped_models().items():
            column = model._meta.pk.column
            cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}" WHERE 1 = 0')  # noqa: S608 - constants
            cursor.execute(f'DELETE FROM "{table}" WHERE 1 = 0')  # noqa: S608 - constants
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE 1 = 0')  # noqa: S608 - constants


def test_while_migrations_run_no_page_is_kept_and_afterwards_the_triggers_are_back():
    before = triggers()
    remove(plan=["a migration"])
    assert triggers() == set()
    assert read_stamp() is None
    with CaptureQueriesContext(connection) as captured:
        Client().get("/schools/"), Client().get("/schools/")
    assert len(captured) > 10
    install()
    assert triggers() == before
    assert read_stamp() is not None


def test_every_public_view_is_kept_or_named_here():
    """A new page for visitors must choose."""
    not_kept = {
        # Forms, personal pages, files, JSON, and what is cheap.
        "class_image",
        "class_page",
        "download",
        "healthz",
        "join",
        "media_picture",
        "resource_report",
        "robots",
        "set_language",
        "store_object",
        "store_part",
        "suggest",
        "wish",
    }
    closed = ("accounts/", "cms/", "workspace/", "exports/", "api/", "documents/", "_util/")
    names: dict[bool, set[str | None]] = {True: set(), False: {None}}
    for route, entry in _leaves(get_resolver().url_patterns, ""):
        if not route.startswith(closed):
            names[hasattr(entry.callback, "is_cached_page")].add(entry.name)
    assert names[False] - names[True] - not_kept == {None}


def _leaves(patterns, prefix):
    for entry in patterns:
        route = prefix + str(entry.pattern).lstrip("^")
        if hasattr(entry, "url_patterns"):
            yield from _leaves(entry.url_patterns, route)
        else:
            yield route, entry
