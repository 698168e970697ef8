"""Database triggers that change the content stamp in the transaction that changes a row.

Signals would miss ``QuerySet.update()``, bulk writes, cascades and SQL of migrations. The triggers exist while no
migration runs; without them there is no stamp, and no page is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import connections, transaction

from common.page_cache.tables import CONDITIONS, UNSTAMPED_COLUMNS, stamped_models

PREFIX = "stamp_"
STAMPS = "common_contentstamp"

_SQLITE_WRITE = (
    "UPDATE common_contentstamp SET token = random() & 9007199254740991 WHERE id = 1; "
    "INSERT INTO common_contentstamp (id, token) SELECT 1, random() & 9007199254740991"
    " WHERE NOT EXISTS (SELECT 1 FROM common_contentstamp WHERE id = 1)"
)
"""One row. Not an upsert: the conflict clause of the statement that fires a trigger overrides the trigger's own."""

_POSTGRES_WRITE = (
    "INSERT INTO common_contentstamp (id, token) VALUES (txid_current(), (random() * 9007199254740991)::bigint)"
    " ON CONFLICT (id) DO UPDATE SET token = excluded.token"
)
"""One row for each transaction, so that no transaction waits for another."""


def install(*, using: str = "default", **kwargs: Any) -> None:
    """Create the triggers if they differ from the installed ones, and change the stamp. After ``migrate``."""
    connection = connections[using]
    wanted = list(_statements(connection))
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if not _is_current(cursor, connection.vendor, wanted):
            _drop(cursor, connection.vendor)
            for statement in wanted:
                cursor.execute(statement)
    write_stamp(using=using)


def remove(*, using: str = "default", plan: Any = (), **kwargs: Any) -> None:
    """Drop triggers and stamps before migrations change tables."""
    connection = connections[using]
    if plan and STAMPS in connection.introspection.table_names():
        with transaction.atomic(using=using), connection.cursor() as cursor:
            _drop(cursor, connection.vendor)
            cursor.execute("DELETE FROM common_contentstamp")


def write_stamp(*, using: str = "default") -> None:
    """Change the stamp as a trigger would."""
    connection = connections[using]
    writes = _SQLITE_WRITE if connection.vendor == "sqlite" else _POSTGRES_WRITE
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in writes.split("; "):
            cursor.execute(statement)


def _statements(connection: Any) -> Iterator[str]:
    """What creates the triggers; on PostgreSQL the last statement notes a hash of the others."""
    existing = set(connection.introspection.table_names())
    made = []
    for table, model in stamped_models().items():
        if table not in existing:
            continue
        skipped = UNSTAMPED_COLUMNS.get(table, set())
        columns = [field.column for field in model._meta.local_concrete_fields if field.column not in skipped]
        for operation, condition in _conditions(table, columns, connection.vendor).items():
            build = _sqlite_trigger if connection.vendor == "sqlite" else _postgres_trigger
            made.extend(build(table, operation, condition))
    yield from made
    if connection.vendor != "sqlite":
        yield f"COMMENT ON TABLE common_contentstamp IS '{_version(made)}'"


def _conditions(table: str, columns: list[str | None], vendor: str) -> dict[str, str]:
    """When each operation counts."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
    condition = CONDITIONS.get(table, "1 = 1")
    old, new = (f"({condition.replace('{row}', row)})" for row in ("OLD", "NEW"))
    return {"INSERT": new, "UPDATE": f"({changed}) AND ({old} OR {new})", "DELETE": old}


def _sqlite_trigger(table: str, operation: str, condition: str) -> list[str]:
    name = f"{PREFIX}{table}_{operation.lower()}"
    return [f'CREATE TRIGGER "{name}" AFTER {operation} ON "{table}" WHEN {condition} BEGIN {_SQLITE_WRITE}; END']


def _postgres_trigger(table: str, operation: str, condition: str) -> list[str]:
    name = f"{PREFIX}{table}_{operation.lower()}"
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF {condition} THEN {_POSTGRES_WRITE}; END IF; RETURN NULL; END $$",
        f'CREATE TRIGGER "{name}" AFTER {operation} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]


def _is_current(cursor: Any, vendor: str, wanted: list[str]) -> bool:
    if vendor == "sqlite":
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [PREFIX + "%"])
        return {sql for (sql,) in cursor.fetchall()} == set(wanted)
    cursor.execute("SELECT obj_description(%s::regclass, 'pg_class')", [STAMPS])
    return cursor.fetchone()[0] == _version(wanted[:-1])


def _drop(cursor: Any, vendor: str) -> None:
    if vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [PREFIX + "%"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        return
    cursor.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = current_schema() AND p.proname LIKE %s AND p.prorettype = 'trigger'::regtype",
        [PREFIX + "%"],
    )
    for (name,) in cursor.fetchall():
        # CASCADE: with its trigger.
        cursor.execute(f'DROP FUNCTION "{name}"() CASCADE')
    cursor.execute("COMMENT ON TABLE common_contentstamp IS NULL")


def _version(statements: list[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()
