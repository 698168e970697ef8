"""What a search that finds nothing offers, and how readers tell the editors what is missing."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.urls import reverse

from resources.models import ResourceType
from search import engine_provider
from search.models import IndexState, Wish
from search.query.wishes import PER_HOUR
from tests.factories import ResourceFactory, person, term

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_wrote_before():
    cache.clear()


MISSING = {"text": "想要 0～6 月龄的排气操视频", "q": "排气操"}


def page(client, **parameters) -> str:
    return client.get(reverse("search"), parameters).content.decode()


def test_a_search_in_vain_offers_near_titles_the_care_domains_and_a_form(client, bring_index_up_to_date):
    ResourceFactory(live=True, title="晨间照护实训指导书", keywords=["晨检"])
    bring_index_up_to_date()
    found = page(client, q="cjzhsxzds")
    assert "晨间照护实训指导书</a>" in found
    for code in ("health", "nutrition", "responsive", "learning", "safety"):
        assert f'href="?domain={code}"' in found
    assert f'action="{reverse("wish")}"' in found
    assert '<input type="hidden" name="q" value="cjzhsxzds"' in found


def test_with_several_filters_each_one_that_stands_in_the_way_is_named(client, bring_index_up_to_date):
    slides, video = term(ResourceType, "courseware"), term(ResourceType, "micro-video")
    ResourceFactory(live=True, title="辅食添加", resource_type=slides, language="zh-Hans")
    ResourceFactory(live=True, title="洗手", resource_type=video, language="en")
    bring_index_up_to_date()
    found = page(client, q="辅食", type="courseware", language="en")
    assert "去掉“英文”" in found
    assert f"去掉“{slides.label}”" not in found


def test_several_values_of_a_filter_stand_in_the_way_together(client, bring_index_up_to_date):
    slides = term(ResourceType, "courseware")
    ResourceFactory(live=True, title="辅食添加", resource_type=slides, language="zh-Hans")
    bring_index_up_to_date()
    found = page(client, q="辅食", type=["micro-video", "case"], language="zh-Hans")
    assert "去掉“微课视频、案例”" in found
    assert f'href="?{escape(urlencode({"q": "辅食", "language": "zh-Hans"}))}"' in found


def test_the_ways_on_ask_the_engine_at_most_twice(client, monkeypatch, bring_index_up_to_date):
    ResourceFactory(live=True, title="辅食添加", keywords=["辅食"])
    bring_index_up_to_date()
    asked: list[str] = []
    engine = engine_provider.search_engines(IndexState.current()).engine

    def counted(name):
        real = getattr(engine, name)

        def ask(*args, **kwargs):
            asked.append(name)
            return real(*args, **kwargs)

        return ask

    for name in ("search", "suggest", "similar", "pages", "did_you_mean"):
        monkeypatch.setattr(engine, name, counted(name))
    facets = {"type": ["micro-video", "case"], "language": "en", "domain": ["health", "safety"], "age": "m0-6"}
    page(client, q="辅食 添加 晨检 天体物理", **facets)
    # The search itself, its other spellings, and how many there are without filters.
    assert asked[:3] == ["search", "did_you_mean", "search"]
    assert len(asked[3:]) <= 2


def test_a_reader_tells_the_editors_what_is_missing(client):
    response = client.post(reverse("wish"), MISSING, follow=True)
    assert response.redirect_chain == [("/search/?q=%E6%8E%92%E6%B0%94%E6%93%8D", 302)]
    assert "编辑会看到" in response.content.decode()
    wish = Wish.objects.get()
    assert (wish.text, wish.query, wish.user) == (MISSING["text"], "排气操", None)

    client.force_login(teacher := person("teacher"))
    client.post(reverse("wish"), MISSING)
    assert Wish.objects.filter(user=teacher).count() == 1


def test_an_empty_message_is_sent_back_and_a_flood_is_refused_with_the_text_kept(client):
    client.force_login(person("teacher"))
    assert client.post(reverse("wish"), {"text": " ", "q": "排气操"}).status_code == 400
    for _ in range(PER_HOUR):
        client.post(reverse("wish"), MISSING)
    refused = client.post(reverse("wish"), MISSING)
    assert refused.status_code == 429
    assert MISSING["text"] in refused.content.decode()
    assert Wish.objects.count() == PER_HOUR


def test_editors_list_wishes_and_mark_them_as_dealt_with(client):
    wish = Wish.objects.create(text=MISSING["text"], query="排气操")
    client.force_login(person("editor"))
    listing = client.get(reverse(Wish.snippet_viewset.get_url_name("list")))
    assert MISSING["text"] in listing.content.decode()
    edit = reverse(Wish.snippet_viewset.get_url_name("edit"), args=[wish.pk])
    assert f'href="{edit}"' in listing.content.decode()
    assert client.post(edit, {"done": "on", "note": "已请青杉卫生学校制作"}).status_code == 302
    wish.refresh_from_db()
    assert (wish.done, wish.text) == (True, MISSING["text"])


@pytest.mark.parametrize("role", ["visitor", "teacher", "editor"])
def test_nobody_adds_a_wish_in_the_admin_and_only_editors_read_them(client, role):
    client.force_login(person(role)) if role != "visitor" else None
    assert client.get(reverse(Wish.snippet_viewset.get_url_name("add"))).status_code in (302, 403)
    listing = client.get(reverse(Wish.snippet_viewset.get_url_name("list")))
    assert (listing.status_code == 200) == (role == "editor")
