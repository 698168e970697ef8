"""What visitors get from the cache, and what never comes from it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.page_cache import cached_page
from common.page_cache.stamps import forget_old_stamps, read_stamp
from home.models import ContentPage, SiteSettings
from members.models import School
from resources.models import FilePage, Resource, UsageEvent
from resources.publishing import live
from search.models import QueryLog
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

BROWSER = {"user-agent": "Mozilla/5.0 Firefox/140.0"}


@pytest.fixture(autouse=True)
def _settings_exist() -> None:
    """The first page of a new site writes the row of its settings."""
    SiteSettings.for_request(RequestFactory().get("/"))


@pytest.fixture
def resource() -> Resource:
    return ResourceFactory(live=True, title="七步洗手", files=[["洗手要用流动水", "擦干"]])


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, headers={"user-agent": "curl/8", **headers})
    assert answer.status_code == 200
    return len(captured)


PAGES = ("home", "schools", "feed", "news_feed", "sitemap", "search")


@pytest.mark.parametrize("name", PAGES)
def test_the_second_visitor_costs_one_query(name):
    path = reverse(name)
    Client().get(path)
    assert queries(Client(), path) == 1


def test_resource_school_and_viewer_cost_one_query_from_the_cache(resource):
    paths = (
        resource.get_absolute_url(),
        reverse("school", args=[resource.school.slug]),
        reverse("resource_pages", args=[resource.pk]) + "?p=2",
        "/help/",
    )
    for path in paths:
        first = Client().get(path)
        assert queries(Client(), path) == 1, path
        assert Client().get(path).content == first.content


def test_a_visitor_gets_no_cookie_and_an_answer_to_ask_for_again(resource):
    path = resource.get_absolute_url()
    for _made_then_kept in range(2):
        answer = Client().get(path)
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))
        assert answer["Last-Modified"]
        again = Client().get(path, headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
        assert "Cookie" in again["Vary"]


def test_the_date_alone_never_answers_not_modified(resource):
    path = resource.get_absolute_url()
    date = Client().get(path)["Last-Modified"]
    assert Client().get(path, headers={"if-modified-since": date}).status_code == 200


def test_head_answers_as_get_and_keeps_nothing(resource):
    path = resource.get_absolute_url()
    Client().head(path)
    assert queries(Client(), path) > 1
    assert Client().head(path)["ETag"] == Client().get(path)["ETag"]


def test_signed_in_users_get_their_own_page(client, resource):
    path = resource.get_absolute_url()
    visitors = Client().get(path)
    client.force_login(person("teacher"))
    own = client.get(path)
    assert own["Cache-Control"].endswith("no-store")
    assert "ETag" not in own
    assert own.content != visitors.content
    assert Client().get(path).content == visitors.content


def test_feeds_are_shared_with_signed_in_users(client):
    client.force_login(person("teacher"))
    answer = Client().get(reverse("feed"))
    assert client.get(reverse("feed"), headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_unknown_parameters_make_no_keys_and_are_not_shown(resource):
    path = resource.get_absolute_url()
    plain = Client().get(path)
    answer = Client().get(path, {"utm_source": "<evil>", "x": "1"})
    assert answer.content == plain.content
    assert queries(Client(), f"{path}?whatever=1") == 1


def test_known_parameters_make_pages_of_their_own(resource):
    path = resource.get_absolute_url()
    assert Client().get(path, {"p": "2"}).content != Client().get(path, {"p": "1"}).content
    assert queries(Client(), f"{path}?p=2&p=3&x=1") > 1


def test_each_language_has_its_own_page_by_cookie_and_by_header():
    chinese = Client().get("/").content
    english = Client().get("/", headers={"accept-language": "en"})
    assert english["Content-Language"] == "en"
    chooser = Client()
    chooser.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert chooser.get("/").content == english.content != chinese
    assert Client().get("/").content == chinese


def test_each_host_has_its_own_page():
    Client().get("/", headers={"host": "a.example"})
    assert queries(Client(), "/", host="b.example") > 1


def test_the_language_can_not_be_changed_from_another_site():
    strict = Client(enforce_csrf_checks=True)
    data = {"language": "en", "next": "/"}
    path = reverse("set_language")
    assert strict.post(path, data).status_code == 403
    assert strict.post(path, data, headers={"origin": "http://evil.example"}).status_code == 403
    assert strict.post(path, data, headers={"origin": "http://testserver"}).status_code == 302


def test_views_and_searches_are_counted_from_the_cache_too(resource):
    for agent in ("Firefox/140", "Firefox/141"):
        Client().get(resource.get_absolute_url(), headers={"user-agent": agent})
        Client().get(reverse("search"), {"q": "洗手"}, headers={"user-agent": agent})
        Client().get(reverse("search"), {"q": "洗手", "page": "1"}, headers={"user-agent": agent})
    assert UsageEvent.objects.count() == 2
    assert QueryLog.objects.get().times == 4


def test_pages_with_a_form_are_made_for_each_visitor(resource):
    path = reverse("resource_report", args=[resource.pk])
    first, second = (Client().get(path) for _visitor in range(2))
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_errors_are_not_kept(resource):
    path = resource.get_absolute_url()
    live.withdraw(who=person("editor"), resource_id=resource.pk, reason="照片里有孩子的姓名")
    assert Client().get(path).status_code == 410
    with CaptureQueriesContext(connection) as captured:
        assert Client().get(path).status_code == 410
    assert len(captured) > 1


def test_a_search_without_the_engine_is_not_kept(monkeypatch, resource):
    from search.engines import EngineUnavailable
    from search.query import service

    def away(state=None):
        raise EngineUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(service, "search_engines", away)
        assert Client().get(reverse("search"), {"q": "洗手"})["X-Search-Degraded"] == "1"
    assert "X-Search-Degraded" not in Client().get(reverse("search"), {"q": "洗手"})


def test_an_embargo_ends_on_time(resource, monkeypatch):
    now = timezone.now()
    Resource.objects.filter(pk=resource.pk).update(embargo_until=now + timedelta(seconds=90))
    assert Client().get(reverse("schools")).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=89))
    assert queries(Client(), reverse("schools")) == 1
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=91))
    assert queries(Client(), reverse("schools")) > 1


def test_a_banner_comes_and_goes_on_time(monkeypatch):
    now = timezone.now()
    site = SiteSettings.for_request(RequestFactory().get("/"))
    site.banner_text = "明天上午维护"
    site.banner_starts, site.banner_ends = now + timedelta(seconds=100), now + timedelta(seconds=200)
    site.save()
    for seconds, shown in ((0, False), (99, False), (101, True), (199, True), (201, False)):
        monkeypatch.setattr(timezone, "now", lambda seconds=seconds: now + timedelta(seconds=seconds))
        assert ("明天上午维护" in Client().get("/help/").content.decode()) is shown, seconds


def test_nothing_is_kept_longer_than_the_setting(monkeypatch):
    Client().get(reverse("schools"))
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=301))
    assert queries(Client(), reverse("schools")) > 1


def test_a_damaged_entry_is_made_again():
    Client().get("/")
    caches["pages"].clear()
    from common.page_cache import kept_pages

    caches["pages"].set("x", "no page", timeout=10)
    assert kept_pages.load("x") is None
    assert Client().get("/").status_code == 200


def test_a_change_without_signals_changes_the_stamp():
    school = SchoolFactory()
    before = read_stamp()
    School.objects.filter(pk=school.pk).update(name=school.name)
    assert read_stamp() == before
    School.objects.filter(pk=school.pk).update(name="新名字")
    assert read_stamp() != before


def test_a_change_that_is_rolled_back_leaves_the_stamp():
    before = read_stamp()

    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():  # noqa: PT012 - what is undone
        ContentPage.objects.update(title="x")
        assert read_stamp() != before
        raise Undone
    assert read_stamp() == before


def test_drafts_and_uploads_leave_the_stamp(resource):
    school, contributor = resource.school, resource.contributor
    before = read_stamp()
    draft = ResourceFactory(
        school=school,
        contributor=contributor,
        files=[BlobFactory(school=school, uploaded_by=contributor, pages=["一"])],
    )
    FilePage.objects.filter(blob__revision_files__revision=draft.latest_revision).update(text="二")
    resource.title = "改过的标题"
    resource.save_revision(user=resource.contributor, clean=False)
    contributor.last_login = timezone.now()
    contributor.save(update_fields=["last_login"])
    assert read_stamp() == before


def test_old_stamps_are_replaced_by_another():
    before = read_stamp()
    forget_old_stamps(more_than=0)
    assert (read_stamp() == before) is (connection.vendor == "sqlite")


def test_a_few_stamps_stay_so_that_kept_pages_do():
    before = read_stamp()
    forget_old_stamps()
    assert read_stamp() == before


def test_one_thread_makes_the_page_for_all(settings, rf):
    calls, gate = [], threading.Event()

    @cached_page()
    def slow(request):
        calls.append(1)
        gate.wait(5)
        return HttpResponse("page")

    from common.page_cache import decorator

    stamp = read_stamp()
    answers = []

    def ask():
        request = rf.get("/slow/")
        request.session = type("Session", (), {"modified": False})()
        answers.append(slow(request).content)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(decorator, "current_stamp", lambda: stamp)
        patched.setattr(decorator, "end_of_values", lambda stamp: time.time() + 60)
        threads = [threading.Thread(target=ask) for _number in range(5)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
    assert answers == [b"page"] * 5
    assert len(calls) == 1
