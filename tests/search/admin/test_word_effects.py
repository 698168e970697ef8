"""“See the effect” shows editors the effect of their words and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from search.admin import effect_views
from search.engines import EngineUnavailable
from search.models import DictionaryTerm, RebuildRequest, SynonymGroup
from tests.factories import ResourceFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client: Any) -> Any:
    """Press “See the effect” as ``role``, without saving, and read what is shown below the field."""

    def fill(model: Any, *, role: str = "editor", pk: int | None = None, **data: str) -> str:
        client.force_login(person(role))
        address = reverse("synonym_effect" if model is SynonymGroup else "dictionary_effect")
        edited = {"effect_of": str(pk)} if pk else {}
        answer = client.post(address, {"note": "", **edited, **data}, headers={"X-Requested-With": "fetch"})
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return fill


def found(before: int, after: int) -> str:
    """The numbers as the page shows them."""
    return f'<dd class="num">{before}</dd> </div> <div> <dt>用这一组</dt> <dd class="num">{after}</dd>'


def test_a_synonym_group_shows_what_its_words_would_find_and_saves_nothing(both_engines, look, bring_index_up_to_date):
    ResourceFactory(live=True, title="睡前故事", keywords=[], description="", visibility="alliance")
    ResourceFactory(live=True, title="婴幼儿营养", keywords=[], description="")
    bring_index_up_to_date()
    page = look(SynonymGroup, words="睡前\n就寝")
    assert found(0, 1) in page
    assert "睡前故事" in page
    assert "婴幼儿营养" not in page
    assert page.count("effect__new") == 1
    assert not SynonymGroup.objects.exists()


def test_editing_a_group_is_compared_with_the_group_as_it_is(look, bring_index_up_to_date):
    group = SynonymGroup.objects.create(words="睡前\n就寝")
    ResourceFactory(live=True, title="睡前故事", keywords=[], description="")
    bring_index_up_to_date()
    assert found(1, 1) in look(SynonymGroup, pk=group.pk, words="睡前\n就寝")
    assert found(1, 0) in look(SynonymGroup, pk=group.pk, words="入眠\n就寝")


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

    monkeypatch.setattr(effect_views, "synonym_effects", away)
    assert "搜索引擎没有应答" in look(SynonymGroup, words="睡前\n就寝")


def test_people_of_schools_get_no_answer(client):
    client.force_login(person("manager"))
    for name in ("synonym_effect", "dictionary_effect"):
        assert client.post(reverse(name), {"words": "睡前\n就寝", "text": "就寝"}).status_code in (302, 403)


def test_without_script_the_answer_is_a_page(client, monkeypatch):
    monkeypatch.setattr(effect_views, "synonym_effects", lambda *_, **__: [])
    client.force_login(person("editor"))
    page = client.post(reverse("synonym_effect"), {"words": "睡前"}).content.decode()
    assert "<title>" in page
    assert "至少写两个词" in page


def test_the_button_stands_between_the_words_and_the_note(client):
    client.force_login(person("editor"))
    form = client.get(reverse(SynonymGroup.snippet_viewset.get_url_name("add")), {"words": "抚触"}).content.decode()
    assert form.index('name="words"') < form.index("看效果") < form.index('name="note"')
    assert "抚触</textarea>" in form
