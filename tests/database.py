"""The test database, copied from a template that is migrated once.

A template is named by a hash of everything that decides its contents. On SQLite it is a file in .run/, on PostgreSQL a
database beside the one under test. Its rows for `django_db_serialized_rollback` lie in .run/ too; tests that commit get
them back as plain rows, which takes a tenth of the time that saving each as a model does.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / ".run" / "templates"
SEEDS = (
    "common/page_cache/tables.py",
    "common/page_cache/triggers.py",
    "home/apps.py",
    "home/default_pages.py",
    "home/seeding.py",
    "members/receivers.py",
    "members/roles.py",
    "resources/models/vocabulary_seed.py",
    "resources/publishing/workflow.py",
    "resources/receivers.py",
    "search/receivers.py",
)
"""The modules that fill a freshly migrated database. A test compares them with the receivers of post_migrate."""
KEPT = 3
"""Templates that stay: going back to another branch migrates nothing."""


def create(connection: Any, *, rebuild: bool = False) -> bool:
    """Make the test database of `connection`. Returns True when it had to be migrated."""
    template = template_of(connection)
    with _locked():
        build = rebuild or not template.exists()
        if build:
            template.build()
        else:
            template.copy()
        template.delete_old()
        # On the type: Playwright's event loop makes Django open another connection, which needs the rows too.
        type(connection)._test_serialized_contents = template.rows.read_text(encoding="utf-8")
        keep_rows(connection)
    return build


Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
"""Table → its columns and what they hold."""


NOT_KEPT = {"common_contentstamp"}
"""Triggers write it while the other rows are put back."""


def keep_rows(connection: Any) -> None:
    """Let tests that commit get the present rows back."""
    kept = read_rows(connection)
    connection.close()
    type(connection.creation).deserialize_db_from_string = lambda creation, _json: put_rows(creation.connection, kept)


def read_rows(connection: Any) -> Rows:
    """The rows of all models' tables, as the database has them."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table in NOT_KEPT:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a model's table
            if rows := cursor.fetchall():
                found[table] = ([column[0] for column in cursor.description], rows)
    return found


def put_rows(connection: Any, kept: Rows) -> None:
    """Insert rows after a flush; before the first, they are there. Foreign keys are checked when the transaction ends."""
    from django.db import transaction
    from wagtail.models import Site

    quote = connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {quote(next(iter(kept)))} LIMIT 1")  # noqa: S608
        if cursor.fetchone():
            return
        for table, (columns, rows) in kept.items():
            names, places = ", ".join(quote(name) for name in columns), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)  # noqa: S608
    # No model was saved, so nothing has told the cache.
    Site.clear_site_root_paths_cache()


def template_of(connection: Any) -> Template:
    backend = SqliteTemplate if connection.vendor == "sqlite" else PostgresTemplate
    return backend(connection, fingerprint())


def drop(connection: Any, production_name: str) -> None:
    """Drop the test database of `connection`, which a session still connected to it may prevent."""
    try:
        connection.creation.destroy_test_db(production_name, verbosity=0)
    except Exception as problem:  # noqa: BLE001 - tests have passed or failed by then
        warnings.warn(f"The test database could not be dropped: {problem!r}", stacklevel=1)


def fingerprint(root: Path = ROOT) -> str:
    """A hash of the migrations, the seeds, the installed apps and the pinned versions."""
    import django
    import wagtail
    from django.conf import settings

    digest = hashlib.sha256(repr([django.VERSION, wagtail.VERSION, settings.INSTALLED_APPS]).encode())
    for path in sorted(_inputs(root)):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]


def _inputs(root: Path) -> Iterable[Path]:
    yield from root.glob("*/migrations/*.py")
    yield from (root / name for name in (*SEEDS, "constraints.txt", "requirements.txt", "tests/database.py"))


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time builds, copies or deletes templates."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Template:
    """A migrated database that test databases are copied from. The caller holds the lock."""

    family: str

    def __init__(self, connection: Any, digest: str) -> None:
        self.connection = connection
        self.creation = connection.creation
        self.digest = digest

    @property
    def folder(self) -> Path:
        return TEMPLATES / self.family

    @property
    def rows(self) -> Path:
        """The serialized rows; they are written last and mark the template as complete."""
        return self.folder / f"{self.digest}.json"

    @property
    def name(self) -> str:
        """What to copy by hand: a file, or a database."""
        raise NotImplementedError

    def exists(self) -> bool:
        return self.rows.is_file()

    def build(self) -> None:
        """Migrate the test database, then store it as the template."""
        self.folder.mkdir(exist_ok=True)
        self.rows.unlink(missing_ok=True)
        self.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        rows = self.creation.serialize_db_to_string()
        self.connection.close()
        self.store()
        partial = self.rows.with_suffix(".part")
        partial.write_text(rows, encoding="utf-8")
        partial.replace(self.rows)

    def copy(self) -> None:
        """Make the test database from the template and point Django at it."""
        from django.conf import settings

        name = self.creation._get_test_db_name()
        self.restore(name)
        self.connection.close()
        settings.DATABASES[self.connection.alias]["NAME"] = name
        self.connection.settings_dict["NAME"] = name

    def delete_old(self) -> None:
        """Delete all templates but the ones used last."""
        os.utime(self.rows)
        newest_first = sorted(self.folder.glob("*.json"), key=lambda path: -path.stat().st_mtime)
        for rows in newest_first[KEPT:]:
            rows.unlink()
            self.delete(rows.stem)

    def store(self) -> None:
        """Save the migrated test database as the template."""
        raise NotImplementedError

    def restore(self, name: str) -> None:
        """Copy the template to a database called `name`, in place of one that a killed run left."""
        raise NotImplementedError

    def delete(self, digest: str) -> None:
        """Delete the template with that digest."""
        raise NotImplementedError


class SqliteTemplate(Template):
    """A file in .run/."""

    family = "sqlite"

    @property
    def name(self) -> str:
        return str(self._file(self.digest))

    def exists(self) -> bool:
        return super().exists() and self._file(self.digest).is_file()

    def store(self) -> None:
        partial = self._file(self.digest).with_suffix(".part")
        partial.unlink(missing_ok=True)
        source, target = sqlite3.connect(self.connection.settings_dict["NAME"]), sqlite3.connect(partial)
        with closing(source), closing(target):
            source.backup(target)
        partial.replace(self.name)

    def restore(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.name, name)

    def delete(self, digest: str) -> None:
        self._file(digest).unlink(missing_ok=True)

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.sqlite3"


class PostgresTemplate(Template):
    """A database named after the one in DATABASE_URL, so that each URL has its own templates."""

    def __init__(self, connection: Any, digest: str) -> None:
        super().__init__(connection, digest)
        self.family = str(connection.settings_dict["NAME"])

    @property
    def name(self) -> str:
        return self._name(self.digest)

    def exists(self) -> bool:
        with self.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            return cursor.fetchone() is not None and super().exists()

    def store(self) -> None:
        self._copy(self.connection.settings_dict["NAME"], self.name)

    def restore(self, name: str) -> None:
        self._copy(self.name, name)

    def delete(self, digest: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{self._name(digest)}"')

    def _name(self, digest: str) -> str:
        return f"template_{self.family}_{digest}"

    def _copy(self, source: str, target: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _execute(self, statement: str) -> None:
        with self.creation._nodb_cursor() as cursor:
            cursor.execute(statement)


def main() -> None:
    """Build the template ahead, so that no test waits for it, and print its file or database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings.test")
    import django

    django.setup()
    from django.db import connections

    connection = connections["default"]
    production_name = connection.settings_dict["NAME"]
    template = template_of(connection)
    # Processes that only want the name must not drop each other's copies.
    if not template.exists():
        create(connection)
        drop(connection, production_name)
    print(template.name)


if __name__ == "__main__":
    main()
