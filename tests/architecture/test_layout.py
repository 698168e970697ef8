"""Layers, sizes and names that keep the code easy to find one's way in."""

from __future__ import annotations

import ast
import statistics
import tomllib
from collections import Counter

import pytest
from django.conf import settings

from tests.architecture.sources import APPS, CODE, ROOT, SOURCES, body_lines, functions, imported, named, tree

MODULES_IN_A_FOLDER = 12
LINES_IN_A_MODULE = 350
LINES_IN_A_FUNCTION = {"median": 6, "p95": 20, "longest": 50}

WITHOUT_LAYERS = {"demo", "home"}
"""Apps whose modules have no layers yet. The list only shrinks."""
LARGE_FOLDERS: dict[str, int] = {}
"""Folders with more modules than a package should have. The numbers only shrink."""


def test_every_module_of_every_app_has_a_layer():
    """An exhaustive contract refuses a module that it does not name; lint-imports checks the directions."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        linter = tomllib.load(file)["tool"]["importlinter"]
    assert set(linter["root_packages"]) == set(APPS)
    layers = [contract for contract in linter["contracts"] if contract["type"] == "layers"]
    exhaustive = {app for contract in layers if contract.get("exhaustive") for app in contract["containers"]}
    assert set(APPS) - exhaustive <= WITHOUT_LAYERS
    assert any(set(contract["layers"]) == set(APPS) for contract in layers), "no contract orders the apps"
    ignored = {name for contract in layers for name in contract.get("exhaustive_ignores", [])}
    assert ignored <= {"migrations"}


def test_every_app_of_the_project_is_checked():
    """An installed package that APPS does not name would have no layers, no mypy and no translations."""
    own = {name.split(".")[0] for name in settings.INSTALLED_APPS if (ROOT / name.split(".")[0]).is_dir()}
    assert own - {"benchmarks"} <= set(APPS)  # benchmarks: measures the others and is installed by tests only


def test_no_contract_ignores_an_import():
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if contract.get("ignore_imports")] == []


def test_a_folder_holds_at_most_twelve_modules():
    counts = Counter(named(path.parent) for path in SOURCES if path.name != "__init__.py")
    large = {folder: count for folder, count in counts.items() if count > MODULES_IN_A_FOLDER}
    assert {folder: count for folder, count in large.items() if count > LARGE_FOLDERS.get(folder, 0)} == {}


@pytest.mark.parametrize("path", CODE, ids=named)
def test_no_module_is_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_IN_A_MODULE


def test_functions_are_short():
    lengths = sorted(body_lines(function) for path in CODE for function in functions(path))
    found = {
        "median": statistics.median(lengths),
        "p95": lengths[int(len(lengths) * 0.95)],
        "longest": lengths[-1],
    }
    assert {name: lines for name, lines in found.items() if lines > LINES_IN_A_FUNCTION[name]} == {}


def test_a_state_is_written_with_its_model():
    aliases = [
        f"{named(path)}:{node.lineno}"
        for path in SOURCES
        for node in tree(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == "State"
    ]
    assert aliases == []


def test_no_function_imports_what_its_module_imports_anyway():
    repeated = [
        f"{named(path)}: {name}"
        for path in SOURCES
        for name in {
            name for function in functions(path) for node in ast.walk(function) for name in imported(node)
        }.intersection(*[{name for node in tree(path).body for name in imported(node)}])
        if name.split(".")[0] in APPS
    ]
    assert repeated == []
