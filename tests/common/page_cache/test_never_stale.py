"""Whatever changes in whatever order: a page from the cache is the page that would be made now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from common.page_cache.stamps import forget_old_stamps
from home.models import (
    CollectionEntry,
    CollectionIndexPage,
    CollectionPage,
    ContentPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    SiteSettings,
)
from members.models import Membership, Notice, School, User
from members.roles import EDITORS
from resources.models import FilePage, FilePreview, Licence, Resource, ResourceType
from resources.publishing import live
from search import engine_provider
from search.indexing.indexer import deliver_all
from search.models import SynonymGroup
from search.query import facet_labels
from tests.factories import ResourceFactory, publish
from tests.factories.cast import Cast, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

WORD = quote("洗手")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


class Library:
    """A small library with readers in both languages, and what its people may do to it."""

    def __init__(self) -> None:
        self.people: Cast = make_cast()
        self.shown = self.publish_another()
        self.times = 0
        self.collection = CollectionPage(title="一日生活", slug="daily")
        self.collection.entries = [CollectionEntry(resource=self.shown)]
        CollectionIndexPage.objects.get().add_child(instance=self.collection)
        SiteSettings.objects.get_or_create(site_id=1)
        self.index()

    def next(self) -> int:
        self.times += 1
        return self.times

    def index(self) -> None:
        """The relay catches up."""
        with engine_provider.opened_writer() as writer:
            deliver_all(writer)

    def publish_another(self) -> Resource:
        school, author = self.people.school, self.people.author
        return ResourceFactory(live=True, school=school, contributor=author, title="七步洗手", files=[["洗手", "擦干"]])

    def publish(self) -> None:
        self.shown = self.publish_another()

    def approve(self) -> None:
        if Membership.objects.in_force().filter(user=self.people.author).exists():
            self.people.published(title="经过两次审核的洗手课件")

    def withdraw(self) -> None:
        if not Resource.objects.get(pk=self.shown.pk).is_withdrawn:
            live.withdraw(who=self.people.editor, resource_id=self.shown.pk, reason="照片里有孩子的姓名")

    def narrow(self) -> None:
        live.set_visibility(who=self.people.editor, resource_id=self.shown.pk, visibility="school")

    def embargo(self) -> None:
        if not Resource.objects.get(pk=self.shown.pk).is_withdrawn:
            until = timezone.now() + timedelta(days=3)
            live.embargo(who=self.people.editor, resource_id=self.shown.pk, until=until)

    def take_file_down(self) -> None:
        removed = self.shown.removals.values("uid")
        if file := self.shown.files.exclude(uid__in=removed).first():
            live.remove_file(who=self.people.editor, resource_id=self.shown.pk, file_uid=file.uid, reason="版权")

    def rename(self) -> None:
        fresh = Resource.objects.get(pk=self.shown.pk)
        if fresh.live:
            fresh.title = f"七步洗手（第{self.next()}版）"
            fresh.save_revision(clean=False)
            publish(fresh)

    def edit_draft(self) -> None:
        fresh = Resource.objects.get(pk=self.shown.pk)
        fresh.title = "还没有送审的洗手标题"
        fresh.save_revision(clean=False)

    def rename_school(self) -> None:
        self.people.school.name = f"海川学院{self.next()}"
        self.people.school.save()

    def suspend_school(self) -> None:
        School.objects.filter(pk=self.people.school.pk).update(state=School.State.SUSPENDED)

    def rename_type(self) -> None:
        term = ResourceType.objects.get(code="courseware")
        term.label_zh = f"课件{self.next()}"
        term.save()

    def change_licence(self) -> None:
        Licence.objects.filter(code="cc-by").update(download="school")

    def render_pages(self) -> None:
        blobs = self.shown.files.values("blob")
        FilePage.objects.filter(blob__in=blobs).update(text=f"洗手的第{self.next()}步")
        FilePreview.objects.filter(blob__in=blobs).update(page_count=2)

    def edit_collection(self) -> None:
        page = CollectionPage.objects.get(pk=self.collection.pk)
        page.title = f"一日生活{self.next()}"
        page.entries = [CollectionEntry(resource=self.shown)]
        page.save_revision().publish()

    def announce(self) -> None:
        number = self.next()
        news = NewsPage(title=f"动态{number}", slug=f"news-{number}", summary="简介", category="policy")
        NewsIndexPage.objects.get().add_child(instance=news)

    def choose_for_home(self) -> None:
        home = HomePage.objects.get()
        home.tries = f"洗手 辅食{self.next()}"
        home.save_revision().publish()

    def move_help(self) -> None:
        page = ContentPage.objects.get(slug__startswith="help")
        page.slug = f"help-{self.next()}"
        page.save_revision().publish()

    def edit_footer(self) -> None:
        Page.objects.filter(slug="terms").update(title=f"条款{self.next()}")

    def unpublish_terms(self) -> None:
        ContentPage.objects.get(slug="terms").unpublish()

    def show_banner(self) -> None:
        SiteSettings.objects.update(banner_text=f"维护{self.next()}", banner_ends=timezone.now() + timedelta(hours=2))

    def add_synonyms(self) -> None:
        SynonymGroup.objects.create(words=["洗手", f"净手{self.next()}"])

    def end_membership(self) -> None:
        Membership.objects.filter(user__in=[self.people.author, self.people.teacher]).update(active=False)

    def appoint_editor(self) -> None:
        self.people.teacher.groups.add(Group.objects.get(name=EDITORS))

    def notify(self) -> None:
        number = self.next()
        Notice.objects.create(user=self.people.teacher, subject=f"提醒{number}", key=f"reminder:{number}")

    def rename_person(self) -> None:
        User.objects.filter(pk=self.people.teacher.pk).update(first_name=f"老师{self.next()}")

    def shorten_stamp(self) -> None:
        forget_old_stamps(more_than=0)

    def addresses(self) -> list[str]:
        resource = self.shown.get_absolute_url()
        return [
            "/",
            resource,
            f"{resource}?p=2&q={WORD}",
            reverse("resource_pages", args=[self.shown.pk]) + "?p=1",
            f"{reverse('search')}?q={WORD}",
            reverse("search") + "?type=courseware",
            reverse("school", args=[self.people.school.slug]),
            reverse("schools"),
            reverse("feed"),
            reverse("news_feed"),
            reverse("sitemap_section", args=["resources"]),
            CollectionPage.objects.get(pk=self.collection.pk).url,
            "/help/",
            "/news/",
        ]


STEPS = (
    Library.index,
    Library.publish,
    Library.approve,
    Library.withdraw,
    Library.narrow,
    Library.embargo,
    Library.take_file_down,
    Library.rename,
    Library.edit_draft,
    Library.rename_school,
    Library.suspend_school,
    Library.rename_type,
    Library.change_licence,
    Library.render_pages,
    Library.edit_collection,
    Library.announce,
    Library.choose_for_home,
    Library.move_help,
    Library.edit_footer,
    Library.unpublish_terms,
    Library.show_banner,
    Library.add_synonyms,
    Library.end_membership,
    Library.appoint_editor,
    Library.notify,
    Library.rename_person,
    Library.shorten_stamp,
)


def shown(client: Client, address: str, **headers: str) -> tuple[Any, ...]:
    answer = client.get(address, headers=headers)
    body = answer.content
    if b"<entry>" not in body:
        # A feed without entries gives the moment it was made.
        body = re.sub(rb"<updated>.*?</updated>", b"", body)
    return answer.status_code, answer.headers.get("Location"), TOKEN.sub(b"", body)


def made_now(client: Client, address: str, **headers: str) -> tuple[Any, ...]:
    kept_for, django_settings.PAGE_CACHE_SECONDS = django_settings.PAGE_CACHE_SECONDS, 0
    try:
        return shown(client, address, **headers)
    finally:
        django_settings.PAGE_CACHE_SECONDS = kept_for


class _Undo(Exception):
    pass


def in_a_new_library(play: Callable[[Library], None]) -> None:
    for cache in caches.all():
        cache.clear()
    facet_labels.forget()
    engine_provider.forget()
    try:
        with transaction.atomic():
            play(Library())
            raise _Undo
    except _Undo:
        pass


def assert_fresh(library: Library, addresses: list[str], language: str, reader: str) -> None:
    client = Client()
    if reader != "visitor":
        client.force_login(getattr(library.people, reader))
    for address in addresses:
        found = shown(client, address, **{"accept-language": language})
        assert found == made_now(client, address, **{"accept-language": language}), address


PEOPLE = ("visitor", "visitor", "author", "teacher", "reviewer", "editor", "stranger")
READERS = st.tuples(st.sampled_from(["zh-cn", "en"]), st.sampled_from(PEOPLE))
STEP = st.tuples(st.sampled_from(STEPS), st.sets(st.integers(0, 13), min_size=3, max_size=4), READERS)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    # Shrinking takes minutes; the steps are printed as they are.
    phases=[Phase.generate],
)
@given(steps=st.lists(STEP, min_size=4, max_size=8))
def test_no_kept_page_differs_from_a_new_one_after_any_sequence_of_changes(steps):
    def play(library: Library) -> None:
        for step, picks, (language, reader) in steps:
            chosen = [library.addresses()[pick] for pick in sorted(picks)]
            for address in chosen:
                shown(Client(), address, **{"accept-language": language})
            step(library)
            assert_fresh(library, [*chosen, *(library.addresses()[pick] for pick in picks)], language, reader)

    in_a_new_library(play)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_kind_of_change_shows_at_once_on_every_page(step):
    def play(library: Library) -> None:
        addresses = library.addresses()
        for_all = ["/", library.shown.get_absolute_url(), f"{reverse('search')}?q={WORD}"]
        teacher = Client()
        teacher.force_login(library.people.teacher)
        for address in addresses:
            shown(Client(), address)
        for address in for_all:
            shown(teacher, address)
        step(library)
        assert_fresh(library, [*addresses, *library.addresses()[-3:]], "zh-cn", reader="visitor")
        assert_fresh(library, for_all, "zh-cn", reader="teacher")

    in_a_new_library(play)
