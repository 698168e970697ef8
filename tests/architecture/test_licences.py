"""The list of third-party licences is complete, and every licence allows redistribution."""

from __future__ import annotations

import pytest

from tests.architecture.licences import PAGE, ROOT, Package, packages, page


def test_the_page_lists_what_is_installed():
    assert page() == PAGE.read_text(encoding="utf-8"), "bin/licences writes the page again"


def test_every_licence_is_known_and_allows_redistribution():
    assert [each for each in packages() if not each.is_redistributable] == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only OR MIT", True),
        ("AGPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_a_licence_that_is_missing_or_forbids_redistribution_is_noticed(licence, allowed):
    assert Package("some", "1.0", licence).is_redistributable is allowed


def test_the_projects_own_licence_is_in_the_repository():
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
