"""Docstrings and comments say who does what, in a first line that can be taken in at a glance."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.architecture.sources import ROOT, SOURCES, comments, docstrings, named

SUMMARY = 100
ACTORS = re.compile(r"\b(?:whoever|nobody|somebody|anybody|the house)\b", re.IGNORECASE)

LONG_SUMMARIES: dict[str, int] = {"demo": 6, "search": 27}
VAGUE_ACTORS: dict[str, int] = {}
"""What an app still has of them. The numbers only shrink."""


def over(found: dict[str, list[str]], allowed: dict[str, int]) -> dict[str, list[str]]:
    """The findings of the apps that have more than they had."""
    return {app: texts for app, texts in found.items() if len(texts) > allowed.get(app, 0)}


def test_the_summary_of_a_docstring_is_short():
    found = defaultdict(list)
    for path in SOURCES:
        app = named(path).split("/")[0]
        found[app] += [
            f"{named(path)}: {first}" for text in docstrings(path) if len(first := text.splitlines()[0]) > SUMMARY
        ]
    assert over(found, LONG_SUMMARIES) == {}


def test_a_text_names_its_actors():
    """User, visitor, editor, operator, caller: not whoever, nobody, somebody."""
    found = defaultdict(list)
    for path in SOURCES:
        app = named(path).split("/")[0]
        found[app] += [f"{named(path)}: {text}" for text in [*docstrings(path), *comments(path)] if ACTORS.search(text)]
    assert over(found, VAGUE_ACTORS) == {}


def test_a_page_of_the_documentation_names_its_actors():
    """The writing guide shows the words that it advises against."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    lines = [
        (named(page), line) for page in pages if page.name != "writing.md" for line in page.read_text().splitlines()
    ]
    assert [f"{page}: {line}" for page, line in lines if ACTORS.search(line)] == []
