"""Reads the content stamp, which differs after every committed change of what public pages show."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from common.page_cache.triggers import write_stamp

FEW_ROWS = 500
"""Rows that cost nothing to add up."""
SOURCES = ("*.py", "*.html", "*.mo", "*.css", "*.js")


def read_stamp() -> str | None:
    """One cheap query. None while migrations run or the database does not answer: then no page is kept."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*), MAX(id), SUM(token) FROM common_contentstamp")
            rows, last, tokens = cursor.fetchone()
    except DatabaseError:
        return None
    return f"{rows}-{last}-{tokens}" if rows else None


def forget_old_stamps(*, more_than: int = FEW_ROWS) -> None:
    """Replace the rows of finished transactions by one. PostgreSQL gets a row for each transaction.

    The new row has a number and token of its own, so that no set of rows ever comes back. That ends every kept page, so a
    few rows stay as they are.
    """
    if connection.vendor == "sqlite" or _rows() <= more_than:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        write_stamp()
        cursor.execute("DELETE FROM common_contentstamp WHERE id < txid_current()")


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM common_contentstamp")
        return int(cursor.fetchone()[0])


@lru_cache(maxsize=1)
def release() -> str:
    """Differs when templates, code or texts of this release do: pages of another release are not shown."""
    folders = {settings.BASE_DIR / "locale"}
    folders |= {
        settings.BASE_DIR / app.label for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR))
    }
    files = [file.stat() for folder in sorted(folders) for kind in SOURCES for file in folder.rglob(kind)]
    return f"{len(files)}-{sum(file.st_mtime_ns for file in files)}-{sum(file.st_size for file in files)}"
