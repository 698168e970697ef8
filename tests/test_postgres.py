"""The list of tests for PostgreSQL is complete where a file says itself that the database matters."""

from __future__ import annotations

import re
from pathlib import Path

from tests.postgres import TESTS

ROOT = Path(__file__).resolve().parent.parent
COMMITS = re.compile(r"transaction=True|transactional_db")
BROWSER = "pytest.mark.browser"


def listed(path: str) -> bool:
    return any(path == name or path.startswith(f"{name}/") for name in TESTS)


def test_every_entry_exists():
    for name in TESTS:
        file, _, test = name.partition("::")
        assert (ROOT / file).exists(), name
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), name


def test_every_file_whose_tests_commit_runs_on_postgresql():
    files = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in ROOT.glob("tests/**/test_*.py")}
    committing = [name for name, text in files.items() if COMMITS.search(text) and BROWSER not in text]
    assert committing
    assert [name for name in committing if not listed(name) and name != "tests/test_postgres.py"] == []
