"""Rules of the project that a machine can check."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, ROOT, SOURCES, named

TEMPLATES = [path for app in APPS for path in (ROOT / app).rglob("*.html")]
SCRIPTS = [path for app in APPS for path in (ROOT / app).rglob("static/**/*.js")]
STYLES = [path for app in APPS for path in (ROOT / app).rglob("static/**/*.css")]


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines() if (ROOT / name).is_file()]


def test_imports_go_down_only():
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle\s*=\s*[\"']", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or "application/ld+json" in tag, tag


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *STYLES], ids=named)
def test_a_page_loads_nothing_from_foreign_hosts(path):
    text = path.read_text(encoding="utf-8")
    loads = re.findall(r"(?:src|srcset|action)\s*=\s*[\"']((?:https?:)?//[^\"']+)", text)
    loads += re.findall(r"<link\b[^>]*href=[\"']((?:https?:)?//[^\"']+)", text)
    loads += re.findall(r"url\(\s*[\"']?((?:https?:)?//[^)\"']+)", text)
    assert loads == []


def test_the_engines_start_without_django():
    code = "import search.engines, search.analysis, search.analysis.highlight, sys; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


HEAVY = [
    "boto3",
    "elasticsearch",
    "pypdfium2",
    "pptx",
    "docx",
    "openpyxl",
    "tantivy",
    "pypinyin",
    "hypothesis",
]


def test_a_web_process_starts_without_the_heavy_libraries():
    """They load at first use, so a start stays quick and a broken library does not prevent it."""
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'library.settings.test'\n"
        "import library.wsgi\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_migrations_have_names_that_say_what_they_do():
    unnamed = [
        named(path)
        for app in APPS
        for path in (ROOT / app).rglob("migrations/0*.py")
        if re.search(r"_auto_|_\d{8}_\d{4}\.py$", path.name)
    ]
    assert unnamed == []


def test_no_drawers():
    drawers = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [named(path) for path in SOURCES if path.name in drawers] == []


def test_the_project_names_no_package_host_and_no_path_of_a_machine():
    hosts = [
        "pypi" + ".org",
        "files.python" + "hosted",
        "registry.npm" + "js",
        "repo1." + "maven",
        "proxy.golang" + ".org",
        "crates" + ".io",
    ]
    pattern = re.compile("|".join([*map(re.escape, hosts), rf"(?<![\w.])/{'work'}/", rf"/{'root'}/"]))
    found = []
    for path in tracked():
        if path.suffix in {".png", ".webp", ".jpg", ".mo", ".gz"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{named(path)}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []


def test_every_text_has_its_chinese():
    from library.translations import missing

    assert missing() == {}


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_has_at_most_300_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_has_at_most_120_columns(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [(number, len(line)) for number, line in enumerate(lines, 1) if len(line) > 120] == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name == "components"], ids=named)
def test_a_component_says_at_its_top_what_it_takes(path):
    comment = re.match(
        r"(\{% load [\w ]+ %\})?(\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\})", path.read_text(), re.S
    )
    assert comment
    assert "with:" in comment[2]
