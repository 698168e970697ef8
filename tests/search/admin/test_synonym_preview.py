"""The preview shows editors the effect of their words and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from search.admin import preview_views
from search.engines import EngineUnavailable
from search.models import DictionaryTerm, RebuildRequest, SynonymGroup
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client: Any) -> Any:
    """Fill in the form as ``role``, without saving, and read the side panel."""

    def fill(model: Any, *, role: str = "editor", pk: int | None = None, **data: str) -> str:
        client.force_login(person(role))
        name, arguments = ("preview_on_edit", [pk]) if pk else ("preview_on_add", [])
        address = reverse(model.snippet_viewset.get_url_name(name), args=arguments)
        answer = client.post(address, {"note": "", "active": "on", **data})
        assert answer.json()["is_valid"]
        return str(client.get(address, {"mode": ""}).content.decode())

    return fill


def test_a_synonym_group_shows_what_its_words_would_find_and_saves_nothing(both_engines, look, bring_index_up_to_date):
    ResourceFactory(live=True, title="睡前故事", keywords=[], description="", visibility="alliance")
    ResourceFactory(live=True, title="婴幼儿营养", keywords=[], description="")
    bring_index_up_to_date()
    page = look(SynonymGroup, words="睡前\n就寝")
    assert "现在找到 0 件，用这一组找到 1 件" in page
    assert "睡前故事" in page
    assert "婴幼儿营养" not in page
    assert page.count("trial__new") == 1
    assert not SynonymGroup.objects.exists()


def test_editing_a_group_is_compared_with_the_group_as_it_is(look, bring_index_up_to_date):
    group = SynonymGroup.objects.create(words="睡前\n就寝")
    ResourceFactory(live=True, title="睡前故事", keywords=[], description="")
    bring_index_up_to_date()
    assert "现在找到 1 件，用这一组找到 1 件" in look(SynonymGroup, pk=group.pk, words="睡前\n就寝")
    assert "现在找到 1 件，用这一组找到 0 件" in look(SynonymGroup, pk=group.pk, words="入眠\n就寝")


def test_a_dictionary_word_shows_how_texts_are_cut_now_and_then(look, bring_index_up_to_date):
    ResourceFactory(live=True, title="蝌蚪音符歌唱法入门", keywords=[], description="")
    bring_index_up_to_date()
    page = look(DictionaryTerm, text="蝌蚪音符歌唱法")
    assert "<span>蝌蚪音符歌唱法</span><span>入门</span>" in page
    assert "现在用它找到 1 件资源" in page
    assert not RebuildRequest.objects.exists()
    assert "现在已经这样切分" in look(DictionaryTerm, text="洗手")


def test_an_engine_that_is_away_is_said_and_does_not_stop_the_form(look, monkeypatch):
    def away(*_: Any, **__: Any) -> Any:
        raise EngineUnavailable("down")

    monkeypatch.setattr(preview_views, "synonym_effects", away)
    assert "搜索引擎没有应答" in look(SynonymGroup, words="睡前\n就寝")


def test_people_of_schools_get_no_preview(client):
    client.force_login(person("manager"))
    address = reverse(SynonymGroup.snippet_viewset.get_url_name("preview_on_add"))
    assert client.post(address, {"words": "睡前\n就寝"}).status_code in (302, 403)
