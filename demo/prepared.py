"""``python -m demo.prepared check|note``: whether this code has prepared the demo's database already.

A second `make run` then skips migrations and demo content. Without Django, whose start is what the skipping saves.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("library", "demo", "home", "lessons", "search", "resources", "members", "common")


def code_number(root: Path = ROOT) -> int:
    """A number of 31 bits that differs when code, demo content or installed packages do."""
    found = hashlib.sha256()
    for path in sorted(path for app in APPS for path in (root / app).rglob("*") if path.is_file()):
        if path.suffix != ".pyc":
            state = path.stat()
            found.update(f"{path.relative_to(root)} {state.st_mtime_ns} {state.st_size}\n".encode())
    packages = root / ".venv" / ".prepared"
    found.update(packages.read_bytes() if packages.exists() else b"")
    return int.from_bytes(found.digest()[:4], "big") >> 1 or 1


def is_prepared(database: Path, number: int) -> bool:
    """The number is inside the database, so that a deleted or restored one is prepared again."""
    if not database.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute("PRAGMA user_version").fetchone() == (number,)
    except sqlite3.Error:
        return False


def note(database: Path, number: int) -> None:
    if database.is_file():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"PRAGMA user_version = {number:d}")


def main(what: str) -> int:
    """The exit status of ``check``: 0 if nothing needs to be done.

    Other databases than the demo's are prepared at every start.
    """
    database = Path(os.environ["LIBRARY_VAR"]) / "db.sqlite3"
    if os.environ.get("DATABASE_URL"):
        return int(what == "check")
    if what == "check":
        return int(not is_prepared(database, code_number()))
    note(database, code_number())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
