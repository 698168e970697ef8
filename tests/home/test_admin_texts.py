"""The admin speaks Chinese, also where Wagtail's own catalogue has gaps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import wagtail
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation import override
from django.utils.translation.trans_real import DjangoTranslation

from tests.factories import person

UNUSED = {"locales", "search_promotions", "simple_translation", "styleguide", "table_block", "typed_table_block"}
"""Parts of Wagtail that are not installed."""


def texts(domain: str) -> list[tuple[str | None, str]]:
    """Context and English of every text of the installed parts of Wagtail."""
    found = []
    for path in sorted(Path(wagtail.__file__).parent.rglob(f"locale/en/LC_MESSAGES/{domain}.po")):
        if UNUSED.isdisjoint(path.parts):
            with path.open("rb") as file:
                messages = [message for message in read_po(file) if message.id]
            found += [(each.context, each.id if isinstance(each.id, str) else each.id[0]) for each in messages]
    assert found
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_wagtail_has_its_chinese(domain):
    with override("zh-hans"):
        catalogue = DjangoTranslation("zh-hans", domain=domain)._catalog
    lacking = []
    for context, text in texts(domain):
        key = f"{context}\x04{text}" if context else text
        if key not in catalogue and (key, 0) not in catalogue:
            lacking.append(text)
    assert lacking == []


@pytest.mark.django_db
def test_the_dashboard_and_the_scripts_have_no_english_words():
    client = Client()
    client.force_login(person("administrator"))
    scripts = client.get("/cms/jsi18n/").content.decode()
    assert "插入内容块" in scripts.encode().decode("unicode_escape", errors="ignore") or "\\u63d2\\u5165" in scripts
    page = client.get("/cms/").content.decode()
    words = re.sub(r"<(script|style|template|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.findall(r"\b(?:Documents?|Images?|Pages?|Autosave|Toggle)\b", words) == []


@pytest.mark.django_db
def test_the_list_of_pages_calls_them_published():
    client = Client()
    client.force_login(person("administrator"))
    page = client.get("/cms/pages/", follow=True).content.decode()
    assert "已发布" in page
    assert "在用" not in page
