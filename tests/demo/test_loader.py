"""Loading the demo: what is there afterwards, that twice is once, and where it refuses."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from demo import accounts, loader, news
from demo.catalogue import ITEMS, Target
from home.models import CollectionPage, HomePage, NewsPage
from home.models.news import Category
from members.models import Notice, NoticeDelivery, School, User
from members.viewer import viewer_of
from resources.models import FileBlob, FilePage, Resource
from resources.publishing.status import statuses_of

# The first test of the module loads the demo.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded_demo"), pytest.mark.budget(180)]


def rows():
    """Everything loading makes, counted."""
    models = (Resource, FileBlob, School, User, CollectionPage, NewsPage, FilePage, Notice)
    counts = {model.__name__: model.objects.count() for model in models}
    return {**counts, "revisions": sum(one.revisions.count() for one in Resource.objects.all())}


def test_loading_again_changes_nothing(loaded_demo):
    assert loaded_demo == len(ITEMS)
    before = rows()
    assert loader.load() == 0
    assert rows() == before


def test_what_somebody_changed_stays_changed():
    resource = Resource.objects.get(title="一起看绘本：早期阅读指导")
    Resource.objects.filter(pk=resource.pk).update(title="换了题名")
    user = User.objects.get(email="teacher@demo.example")
    user.set_password("another-word-1")
    user.save()
    assert loader.load() == 0
    assert authenticate(username=user.email, password="another-word-1") == user


def test_it_refuses_where_the_demo_is_off():
    before = rows()
    with override_settings(DEMO=False), pytest.raises(CommandError):
        call_command("load_demo")
    assert rows() == before


def test_the_founding_schools_are_named_and_nothing_more():
    founding = School.objects.filter(founding=True)
    assert {school.name for school in founding} == {
        "国家开放大学教育学院",
        "宁波卫生职业技术学院",
        "华东师范大学学前教育系",
    }
    for school in founding:
        assert not school.resources.exists()
        assert not school.memberships.exists()
        assert not FileBlob.objects.filter(school=school).exists()
        assert (school.introduction, school.region, school.code, school.joined) == ("", "", None, None)


def test_every_other_school_says_that_it_is_a_demo():
    others = School.objects.filter(demo=True)
    assert others.count() == 4
    assert all(school.name.endswith("（演示）") for school in others)
    assert len({school.kind for school in others}) == 4


def test_there_is_a_resource_in_every_state():
    resources = list(Resource.objects.filter(school__demo=True))
    states = statuses_of(resources)
    assert {status.state for status in states.values()} == {
        "draft",
        "school",
        "alliance",
        "returned",
        "scheduled",
        "live",
        "withdrawn",
    }
    assert any(states[one.pk].live and states[one.pk].in_review for one in resources)
    assert any(one.is_embargoed and one.live for one in resources)
    assert any(one.versions.count() == 2 and one.live for one in resources)


@pytest.mark.parametrize("target", Target)
def test_the_catalogue_has_an_item_for_each_target(target):
    assert any(item.target is target for item in ITEMS)


def test_what_a_visitor_finds_covers_domains_ages_and_types():
    shown = Resource.objects.visible_to(None)
    assert shown.count() >= 12
    assert set(shown.values_list("care_domains__code", flat=True)) == {
        "health",
        "nutrition",
        "safety",
        "learning",
        "responsive",
    }
    assert {"m0-6", "m7-12", "m13-24", "m25-36"} <= set(shown.values_list("age_bands__code", flat=True))


def test_types_licences_and_visibilities_are_mixed():
    live = Resource.objects.published()
    assert live.count() >= 16
    assert live.values("resource_type").distinct().count() >= 8
    assert live.values("licence").distinct().count() >= 6
    assert set(live.values_list("visibility", flat=True)) == {"public", "alliance", "school"}
    assert live.values("files__blob__kind").distinct().count() >= 6


def test_files_are_checked_and_their_text_is_there_at_once():
    assert not FileBlob.objects.exclude(state=FileBlob.State.VERIFIED).exists()
    decks = FileBlob.objects.filter(extension="pptx")
    assert decks.count() == 10
    assert all(deck.pages.count() >= 12 for deck in decks)
    page = FilePage.objects.get(label="七步揉搓：内外夹弓大立腕")
    assert "指缝交叉" in page.text
    assert "生日歌" in page.notes


@pytest.mark.parametrize("account", accounts.ACCOUNTS, ids=lambda account: account.email)
def test_every_account_signs_in_and_is_what_it_says(account):
    client = Client()
    answer = client.post(reverse("account_login"), {"login": account.email, "password": accounts.PASSWORD})
    assert answer.status_code == 302
    viewer = viewer_of(User.objects.get(email=account.email))
    assert viewer.is_editor == (account.role == "editor")
    assert viewer.is_administrator == (account.role == "administrator")
    assert bool(viewer.manages) == (account.role == "manager")
    assert bool(viewer.reviews) == (account.role in ("manager", "reviewer"))
    assert bool(viewer.schools) == bool(account.school)


def test_a_school_without_reviewers_had_its_first_review_by_an_editor():
    decision = Resource.objects.get(school__slug="xiaoman", live=False).decisions.get()
    assert decision.for_school
    assert decision.reviewer.email == loader.EDITOR


def test_the_author_is_told_why_a_resource_was_returned():
    notices = Notice.objects.filter(user__email="teacher@demo.example").unread()
    assert [("脚本" in notice.body) for notice in notices] == [True]


def test_nothing_is_mailed_to_invented_addresses():
    assert NoticeDelivery.objects.filter(channel="email").exists()
    assert not NoticeDelivery.objects.filter(delivered_at=None).exists()


def test_three_collections_open_on_the_pages_their_notes_speak_of():
    pages = list(CollectionPage.objects.live())
    assert len(pages) == 3
    for page in pages:
        entries = list(page.entries.all())
        assert len([entry for entry in entries if entry.heading]) >= 3
        assert all(entry.note for entry in entries if entry.resource_id)
    washing = pages[0].entries.exclude(resource=None).first()
    shown = FilePage.objects.get(blob__in=washing.resource.files.values("blob"), number=washing.number)
    assert shown.label == "七步揉搓：内外夹弓大立腕"


def test_the_home_page_features_the_collections():
    home = HomePage.objects.get()
    assert home.featured.count() == 3
    assert home.specimen.title.startswith("七步洗手法")
    text = Client().get("/").content.decode()
    assert "一日生活里的照护" in text
    assert "读懂信号" in text


def test_news_banner_and_menu_have_demo_content():
    assert set(NewsPage.objects.live().values_list("category", flat=True)) == set(Category.values)
    page = Client().get("/").content.decode()
    assert "sitebanner" in page
    assert "关于联盟" in page
    assert Client().get("/news/").content.decode().count("newslist__item") == len(news.ITEMS)
