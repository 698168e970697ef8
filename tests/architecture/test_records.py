"""Decision records have one form, and every record that the code cites exists."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT, SOURCES, named

DECISIONS = ROOT / "docs" / "decisions"
RECORDS = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
SECTIONS = ["Context", "Decision", "Rejected", "Figures", "What would overturn it"]
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")])
TOP = ("benchmarks", "bin", "common", "demo", "docs", "home", "library", "members", "resources", "search", "tests")
STATUS = re.compile(r"^Date: \d{4}-\d\d-\d\d · Status: (accepted|proposed|superseded by \d{4})\b", re.MULTILINE)


def test_every_record_the_code_cites_exists():
    cited = {
        (named(path), record)
        for path in SOURCES
        for record in re.findall(r"docs/[a-z0-9/_-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(cited) if not (ROOT / pair[1]).is_file()] == []
    assert cited


@pytest.mark.parametrize("path", RECORDS, ids=named)
def test_a_decision_has_number_date_status_and_the_five_sections(path):
    text = path.read_text(encoding="utf-8")
    number = path.name[:4]
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert text.startswith(f"# {number}: ")
    assert STATUS.search(text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    bodies = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    assert all(body.strip() for body in bodies)


def test_the_numbers_of_the_decisions_run_without_gap_and_the_index_lists_each():
    assert [path.name[:4] for path in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    for path in RECORDS:
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].split(": ", 1)[1]
        status = STATUS.search(text)
        assert f"| {path.name[:4]} | [{title}]({path.name}) | {status.group(1)}" in index


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_between_documents_leads_to_a_file(path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_path_a_document_names_exists(path):
    named_paths = re.findall(rf"`((?:{'|'.join(TOP)})/[\w./-]*)`", path.read_text(encoding="utf-8"))
    assert [name for name in named_paths if not (ROOT / name).exists()] == []
