"""Signed-in users who may read the same share a page, and nothing of one of them is in it."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.page_cache import cached_page
from common.page_cache.readers import NeedsPerson, without_person
from home.models import SiteSettings
from members.models import Membership, Notice, School, User
from members.viewer import VISITOR, viewer_of
from resources.models import Resource, UsageEvent
from resources.policies import Action, condition_for
from resources.publishing.abuse_reports import REASONS
from tests.factories import ResourceFactory, SchoolFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("page_cache")]

OWN_QUERIES = 4
"""Session, user, content stamp and unread notices. Buttons of other apps need more where they are shown."""


@pytest.fixture(autouse=True)
def _settings_exist() -> None:
    """The first page of a new site writes the row of its settings."""
    SiteSettings.for_request(RequestFactory().get("/"))


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def resource(school: School) -> Resource:
    return ResourceFactory(live=True, visibility="school", school=school, title="只给本校的洗手课件", files=[["洗手"]])


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers={"user-agent": "curl/8"}).status_code == 200
    return len(captured)


def test_a_page_that_a_colleague_opened_costs_the_session_and_the_notices(school, resource):
    first, second = (client_of(person("teacher", school=school)) for _colleague in range(2))
    paths = ("/", reverse("school", args=[school.slug]), reverse("schools"), "/help/")
    for path in paths:
        first.get(path)
        second.get(path)
        assert queries(second, path) == OWN_QUERIES, path
        assert queries(first, path) == OWN_QUERIES, path


def test_each_reader_has_the_own_name_notices_and_form_token(school):
    people = [
        person("teacher", school=school, first_name=name, last_name="") for name in ("甲老师", "乙老师", "丙老师")
    ]
    Notice.objects.create(user=people[1], subject="审核通过", key="x")
    clients = [client_of(user) for user in people]
    bodies = [client.get("/").content.decode() for client in clients]
    for place, body in enumerate(bodies):
        assert [user.first_name in body for user in people] == [place == other for other in range(3)]
        assert ("bell__n" in body) is (place == 1)
        assert "personal:" not in body
    tokens = {body.partition('csrfmiddlewaretoken" value="')[2][:64] for body in bodies}
    assert len(tokens) == 3


def test_buttons_of_other_apps_show_what_each_reader_kept(school, resource):
    keeps, other = (client_of(person("teacher", school=school)) for _reader in range(2))
    path = resource.get_absolute_url()
    for client in (keeps, other):
        client.get(path)
    keeps.post(reverse("keep"), {"keep": resource.pk})
    bodies = [client.get(path).content.decode() for client in (keeps, other)]
    assert [body.count('name="drop"') for body in bodies] == [2, 0]
    assert [body.count('name="keep"') for body in bodies] == [0, 2]


def test_the_sign_out_form_of_a_shared_page_works(school):
    client_of(person("teacher", school=school)).get("/help/")
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("teacher", school=school))
    token = client.get("/help/").content.decode().partition('csrfmiddlewaretoken" value="')[2][:64]
    assert client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token}).status_code == 302


def test_nobody_gets_the_page_of_people_who_may_read_more(school, resource):
    path = resource.get_absolute_url()
    teacher = client_of(person("teacher", school=school))
    assert resource.title in teacher.get("/").content.decode()
    assert teacher.get(path).status_code == 200
    for other in (client_of(person("teacher")), client_of(person()), Client()):
        assert other.get(path).status_code == 404
        assert resource.title not in other.get("/").content.decode()
    assert client_of(person("editor")).get(path).status_code == 200


def test_a_person_who_leaves_the_school_loses_its_pages_at_once(school, resource):
    user = person("teacher", school=school)
    client = client_of(user)
    assert client.get(resource.get_absolute_url()).status_code == 200
    Membership.objects.filter(user=user).update(active=False)
    assert client.get(resource.get_absolute_url()).status_code == 404
    assert resource.title not in client.get("/").content.decode()


def test_an_account_that_is_closed_reads_as_a_visitor(school, resource):
    user = person("teacher", school=school)
    client = client_of(user)
    assert client.get(resource.get_absolute_url()).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(resource.get_absolute_url()).status_code == 404


def test_editors_get_the_bar_of_the_page_they_read(school):
    editor = client_of(person("editor"))
    for _made_then_kept in range(2):
        body = editor.get("/help/").content.decode()
        assert "/cms/pages/" in body
        assert "wagtail-userbar" in body
    assert "wagtail-userbar" not in client_of(person("teacher")).get("/help/").content.decode()


def test_a_message_is_shown_once_to_the_one_it_is_for(school, resource):
    english = {"accept-language": "en"}
    reporter, colleague = (client_of(person("teacher", school=school)) for _one in range(2))
    report = reverse("resource_report", args=[resource.pk])
    reason = next(iter(REASONS))
    reporter.post(report, {"reason": reason, "text": "图片里有孩子的姓名", "contact": ""}, headers=english)
    bodies = [
        client.get(resource.get_absolute_url(), headers=english).content.decode()
        for client in (colleague, reporter, reporter, colleague)
    ]
    assert ["Reported. The" in body for body in bodies] == [False, True, False, False]


def test_views_are_counted_for_the_person(school, resource):
    for _reader in range(2):
        client = client_of(person("teacher", school=school))
        client.get(resource.get_absolute_url(), headers={"user-agent": "Mozilla/5.0 Firefox/140.0"})
    assert UsageEvent.objects.count() == 2


def test_drafts_are_never_kept(school):
    author = person("teacher", school=school)
    draft = ResourceFactory(school=school, contributor=author, files=[["第一页"]])
    path = f"{reverse('resource_pages', args=[draft.pk])}?revision={draft.latest_revision_id}"
    for user in (author, person("editor"), person("reviewer", school=school)):
        caches["pages"].clear()
        assert queries(client_of(user), path) > OWN_QUERIES
        assert queries(client_of(user), path) > OWN_QUERIES
    assert client_of(person("teacher", school=school)).get(path).status_code == 404


def test_what_readers_share_depends_on_schools_and_staff_alone():
    for user in (
        person("teacher"),
        person("reviewer"),
        person("manager"),
        person("editor"),
        person("administrator"),
        person(),
    ):
        viewer = viewer_of(user)
        reading = viewer.for_reading()
        assert (reading.schools, reading.is_staff, reading.user_id) == (viewer.schools, viewer.is_staff, None)
        for action in (Action.FIND, Action.VIEW, Action.DOWNLOAD):
            assert condition_for(reading, action) == condition_for(viewer, action)
        for action in set(Action) - {Action.FIND, Action.VIEW, Action.DOWNLOAD}:
            assert not Resource.objects.allowing(reading, action).exists()


def test_a_shared_request_refuses_everything_personal(rf):
    request = rf.get("/", headers={"cookie": "sessionid=secret"})
    request.user, request.session = person("teacher"), {"x": 1}
    shared = without_person(request, VISITOR)
    for ask in (
        lambda: shared.user.pk,
        lambda: shared.user.email,
        lambda: str(shared.user),
        lambda: shared.session["x"],
        lambda: shared.session.get("x"),
        lambda: "x" in shared.session,
    ):
        with pytest.raises(NeedsPerson):
            ask()
    assert not shared.COOKIES
    assert "cookie" not in {name.lower() for name in shared.headers}


def test_a_view_that_asks_for_the_person_makes_the_page_for_each(rf):
    @cached_page()
    def greeting(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"Hello {request.user.email}")

    for _reader in range(2):
        request = rf.get("/hello/")
        request.user, request.session = person("teacher"), {}
        request.COOKIES["sessionid"] = "x"
        assert greeting(request).content.decode() == f"Hello {request.user.email}"
