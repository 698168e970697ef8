"""Browsers get the site's style sheet as one file."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client

from library.serving.style_sheet import ADMIN_NAME, IMPORT, INDEX, NAME, SOURCES, StyleSheetFinder, joined

IMPORTED = IMPORT.findall(INDEX.read_text(encoding="utf-8"))


def test_the_style_sheet_holds_every_imported_file_in_order():
    text = Path(finders.find(NAME)).read_text(encoding="utf-8")
    at = [text.index((SOURCES / name).read_text(encoding="utf-8")) for name in IMPORTED]
    assert at == sorted(at)
    assert "@import" not in text


def test_every_component_is_imported_once():
    components = {f"components/{path.name}" for path in (SOURCES / "components").glob("*.css")}
    assert len(IMPORTED) == len(set(IMPORTED))
    assert components <= set(IMPORTED)


def test_a_change_is_written_at_the_next_look(settings, tmp_path):
    settings.VAR = tmp_path
    path = Path(StyleSheetFinder().find(NAME))
    path.write_text("of another release", encoding="utf-8")
    StyleSheetFinder().find(NAME)
    assert path.read_text(encoding="utf-8") == joined()


def test_the_demo_sends_it_compressed(settings, tmp_path):
    settings.VAR, settings.WHITENOISE_USE_FINDERS = tmp_path, True
    finder = StyleSheetFinder()
    listed = [name for name, _storage in finder.list(None)]
    assert [f"{NAME}.gz" in listed, f"{ADMIN_NAME}.gz" in listed] == [True, True]
    path = Path(finder.find(NAME))
    path.write_text("of another release", encoding="utf-8")
    finder.find(NAME)
    assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()).decode() == joined()


@pytest.mark.django_db
def test_a_page_links_it_and_the_site_serves_it():
    assert staticfiles_storage.url(NAME) in Client().get("/accounts/login/").content.decode()
    response = Client().get(staticfiles_storage.url(NAME))
    assert response.status_code == 200
    assert b".masthead" in b"".join(response.streaming_content)


def test_collectstatic_takes_it_along(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / NAME).read_text(encoding="utf-8") == joined()
    assert (tmp_path / ADMIN_NAME).exists()


def test_the_admins_colours_are_the_sites_under_wagtails_classes():
    site, admin = joined(), joined(ADMIN_NAME)
    dark = site[site.index(':root[data-theme="dark"]') :]
    values = dark[dark.index("{") : dark.index("}")]
    assert f".w-theme-dark {values}" in admin
    assert "[data-theme" not in admin
