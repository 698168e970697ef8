"""What every test may rely on: a fresh store and index per test, no network beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import database, durations
from tests.services.fixtures import elasticsearch_url, postgres_url, s3_settings, s3proxy_settings  # noqa: F401

# pytest-playwright keeps an event loop in the test's thread, where Django would refuse plain database calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        restore_rows_after_commits(item)
        keep_with_its_module(item)
        if (seconds := durations.budget_of(item)) != durations.BUDGET:
            item.user_properties.append((durations.PROPERTY, seconds))
    if "PYTEST_XDIST_WORKER" in os.environ:
        # A long test that begins last would leave the other processes without work.
        items.sort(key=lambda item: durations.budget_of(item) == durations.BUDGET)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument: files made at collection have other bytes in each process of a run."""
    return argname if isinstance(val, bytes) else None


def restore_rows_after_commits(item: Any) -> None:
    """Otherwise the next test would meet the rows that post_migrate makes anew, under other primary keys."""
    mark = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", [])
    if (mark and mark.kwargs.get("transaction")) or {"live_server", "transactional_db"}.intersection(names):
        names.append("django_db_serialized_rollback")


def keep_with_its_module(item: Any) -> None:
    """Run tests that share a module's fixture in one worker, which builds it once."""
    definitions = getattr(item, "_fixtureinfo", None)
    if definitions and any(found[-1].scope == "module" for found in definitions.name2fixturedefs.values()):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def django_db_setup(
    request: Any, django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A test database copied from a migrated template; `--create-db` migrates a new template."""
    from django.db import connections

    connection = connections["default"]
    production_name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        database.create(connection, rebuild=request.config.getoption("create_db"))
    yield
    with django_db_blocker.unblock():
        database.drop(connection, production_name)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, quiet: Playwright never downloads one."""
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    return {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": [*flags.split(), "--disable-component-update", "--disable-sync"],
    }


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    """Course files and the embedded index of a test live in its own temporary folder."""
    settings.STORE = {**settings.STORE, "folder": str(tmp_path / "store")}
    settings.SEARCH_FOLDER = tmp_path / "search"


@pytest.fixture(autouse=True)
def _no_names_of_the_last_test() -> None:
    """Rows that were rolled back must not be remembered under the numbers the next ones get."""
    from search.query import facet_labels

    facet_labels.forget()


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """A test that reaches for the outside world fails there and then."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            try:
                inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
            except ValueError:
                inside = False
            if not inside:
                raise AssertionError(f"A test tried to reach {host}.")
        real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture
def page_cache(settings: Any) -> None:
    """Visitors' pages are kept, as in production; each test begins with an empty cache."""
    from django.core.cache import caches

    settings.PAGE_CACHE_SECONDS = 300
    caches["pages"].clear()
