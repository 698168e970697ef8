"""What is pinned installs where the README says it does."""

from __future__ import annotations

from importlib.metadata import distributions

from packaging.specifiers import SpecifierSet

DEBIAN_12 = "3.11.2"


def test_every_pinned_package_takes_the_python_of_debian_12():
    refusing = [
        f"{package.metadata['Name']} {package.version} wants {wanted}"
        for package in distributions()
        if (wanted := package.metadata.get("Requires-Python")) and not SpecifierSet(wanted).contains(DEBIAN_12)
    ]
    assert refusing == []
