"""Empty databases of the present schema. Migrating takes longer than some journeys, so it is done once a run and copied."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.journeys.site import Site

FILE = "db.sqlite3"


def put_sqlite(folder: Path) -> None:
    """A migrated SQLite database where a site with this folder looks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_migrated_sqlite(), folder / FILE)


def new_postgres(server: str) -> str:
    """A migrated database of its own on the server; its address."""
    return _create(server, template=_migrated_postgres(server))


@cache
def _migrated_sqlite() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="library-migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Site(folder=folder).manage("migrate", "--verbosity", "0")
    return folder / FILE


@cache
def _migrated_postgres(server: str) -> str:
    address = _create(server)
    with tempfile.TemporaryDirectory() as folder:
        Site(folder=Path(folder), extra={"DATABASE_URL": address}).manage("migrate", "--verbosity", "0")
    return urlsplit(address).path.strip("/")


def _create(server: str, *, template: str = "") -> str:
    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
