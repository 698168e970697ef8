"""An editor's text as an attack on readers: nothing that runs reaches a public page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from home.models import CollectionIndexPage, CollectionPage
from resources.models import Resource
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
URLS = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    '//evil.example/"onclick="alert(1)',
]


def draft_content(text: str, entity: dict[str, Any] | None = None) -> str:
    """The text of a paragraph as the editor's browser sends it, with one entity over its first two characters."""
    ranges = [{"offset": 0, "length": 2, "key": 0}] if entity else []
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": ranges}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity} if entity else {}})


def link(url: str) -> dict[str, Any]:
    return {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url}}


def published(blocks: list[tuple[str, Any]], *, resource: Resource | None = None, **fields: str) -> str:
    """The public page of a collection that an editor published with this content."""
    page = CollectionIndexPage.objects.get().add_child(instance=CollectionPage(title="辅食", slug="fushi"))
    entries = []
    if resource is not None:
        entries = [{"resource": resource.pk, "note": SCRIPT, "heading": "洗手<script>", "heading_note": SCRIPT}]
    form = {
        "title": "辅食",
        "slug": "fushi",
        "say": "",
        "slip": "",
        "compiled_by": "",
        "introduction": streamfield(blocks),
        "entries": inline_formset(entries),
        "comments": inline_formset([]),
        "action-publish": "action-publish",
        **fields,
    }
    editor = Client()
    editor.force_login(person("editor"))
    answer = editor.post(f"/cms/pages/{page.pk}/edit/", nested_form_data(form))
    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.get_latest_revision().pk == page.live_revision_id
    text = Client().get(page.url).content.decode()
    return text[text.index("<main") : text.index("</main")] + text[text.index("<title") : text.index("</title")]


def test_markup_in_any_field_of_a_collection_is_text() -> None:
    resource = ResourceFactory(live=True, files=[["洗手"]])
    page = published(
        [("heading", SCRIPT), ("quote", SCRIPT), ("paragraph", draft_content(SCRIPT))],
        resource=resource,
        title=SCRIPT,
        say=SCRIPT,
        slip="<script>",
        compiled_by=SCRIPT,
    )
    assert page.count("alert(1)") >= 6
    for sign in ("<script", "<img src=x", "onerror=alert(1)>"):
        assert sign not in page


@pytest.mark.parametrize("url", URLS)
def test_a_link_that_runs_something_is_no_link(url: str) -> None:
    page = published([("paragraph", draft_content("点击这里", link(url)))])
    assert "这里" in page
    lowered = page.lower()
    for sign in ("script:", "data:text", 'onclick="alert'):
        assert sign not in lowered


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": "https://evil.example/", "html": "<iframe>"}},
        {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"id": 1, "src": "x", "alt": SCRIPT, "format": "left"}},
        {"type": "HTML", "mutability": "IMMUTABLE", "data": {"html": "<script>alert(1)</script>"}},
    ],
    ids=["an embed", "a picture", "raw HTML"],
)
def test_what_the_editor_does_not_offer_is_not_taken(entity: dict[str, Any]) -> None:
    page = published([("paragraph", draft_content("嵌入", entity))])
    for sign in ("<iframe", "<embed", "<script", "alert(1)"):
        assert sign not in page


def test_a_block_that_does_not_exist_is_not_taken() -> None:
    page = published([("paragraph", draft_content("正文")), ("raw_html", "<script>alert(1)</script>")])
    assert "正文" in page
    assert "alert(1)" not in page
