"""Empty databases of the present schema, copied from the template of the test database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.database import ROOT

FILE = "db.sqlite3"


def put_sqlite(folder: Path) -> None:
    """A migrated SQLite database where a site with this folder looks for it."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_template(""), folder / FILE)


def new_postgres(server: str) -> str:
    """A migrated database of its own on the server; its URL."""
    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_template(server)}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


@cache
def _template(server: str) -> str:
    """The template's file or database, from a process of its own: this one may have other settings."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "LIBRARY_VAR")}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "library.settings.test"}
    if server:
        environment["DATABASE_URL"] = server
    command = [sys.executable, "-m", "tests.database"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]
