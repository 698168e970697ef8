"""Class links: what they open for whom, generated for every state, visibility, licence and state of the link."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lessons.models import ClassLink, LessonItem
from lessons.services import class_links, lessons, lists, picking
from members.models import Membership, School, User
from members.viewer import Grant, Viewer, viewer_of
from resources import policies
from resources.models import FileBlob, FilePage, Licence, Resource, rendition_key
from resources.policies import Action, may
from resources.storage import get_store
from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, term

pytestmark = pytest.mark.django_db

PIXELS = b"RIFF\x00\x00\x00\x00WEBP"
STATES = ("live", "draft", "embargoed", "withdrawn")
VISIBILITIES = ("public", "alliance", "school", "other school")
LICENCES = ("cc-by", "view-only")
LINKS = ("open", "ended", "stopped", "teacher left", "teacher deactivated", "school suspended", "lesson deleted")


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def teacher(school) -> User:
    return person("teacher", school=school)


def with_picture(school: School, author: User, **fields) -> Resource:
    """Published, with a picture of both pages in the store."""
    blob = BlobFactory(school=school, uploaded_by=author, pages=["洗手的时机", "七步揉搓"])
    FilePage.objects.filter(blob=blob).update(widths=[320, 960])
    for number in (1, 2):
        get_store().put(rendition_key(blob.uid, number, 960), PIXELS, media_type="image/webp")
    return ResourceFactory(live=True, school=school, contributor=author, files=[blob], **fields)


def blob_of(resource: Resource) -> FileBlob:
    return resource.latest_revision.files.get().blob


def open_link(teacher: User, kind: str, pk: int) -> ClassLink:
    expires = timezone.now() + timedelta(days=7)
    return class_links.open_link(who=teacher, kind=kind, pk=pk, audience="托育 2401 班", expires=expires)


def link_to_page(teacher: User, resource: Resource, page: int = 1) -> ClassLink:
    lesson = lessons.create_lesson(who=teacher, title="洗手环节")
    picking.pick(who=teacher, lesson_id=lesson.pk, source=picking.Source(resource.pk, None, page))
    return open_link(teacher, "lesson", lesson.pk)


def page_of(link: ClassLink):
    return Client().get(reverse("class_page", args=[link.token]))


def picture_of(link: ClassLink, resource: Resource, number: int = 1):
    return Client().get(reverse("class_image", args=[link.token, blob_of(resource).uid, number]))


def bring_into(state: str, resource: Resource) -> None:
    changes = {
        "draft": {"live": False},
        "embargoed": {"embargo_until": timezone.now() + timedelta(days=1)},
        "withdrawn": {"live": False, "withdrawn_at": timezone.now(), "withdrawal_reason": "版权"},
    }
    Resource.objects.filter(pk=resource.pk).update(**changes.get(state, {"live": True}))


def bring_link_into(state: str, link: ClassLink) -> None:
    if state == "ended":
        ClassLink.objects.filter(pk=link.pk).update(expires=timezone.now() - timedelta(seconds=1))
    elif state == "stopped":
        class_links.stop_link(who=link.owner, link_id=link.pk)
    elif state == "teacher left":
        Membership.objects.filter(user=link.owner).update(active=False)
    elif state == "teacher deactivated":
        User.objects.filter(pk=link.owner_id).update(is_active=False)
    elif state == "school suspended":
        School.objects.filter(memberships__user=link.owner).update(state=School.State.SUSPENDED)
    elif state == "lesson deleted":
        lessons.delete_lesson(who=link.owner, lesson_id=link.lesson_id)


@pytest.mark.budget(150)  # 32 resources with pictures
@pytest.mark.parametrize("state_of_link", LINKS)
def test_the_matrix(state_of_link: str, school, teacher):
    """The page, its picture, the resource's own page, the download, search and API, for all that a link may name.

    Behind a link that is over, one resource of each visibility is enough: it is refused before its pages are read.
    """
    other = SchoolFactory()
    author = person("teacher", school=other)
    made = []
    everything = product(STATES, VISIBILITIES, LICENCES)
    cases = everything if state_of_link == "open" else product(("live",), VISIBILITIES, ("cc-by",))
    for state, visibility, licence in cases:
        own = visibility == "school"
        resource = with_picture(
            school if own else other, teacher if own else author, title="洗手", licence=term(Licence, licence)
        )
        made.append((state, visibility, licence, resource, link_to_page(teacher, resource)))
    for state, visibility, _licence, resource, link in made:
        bring_into(state, resource)
        Resource.objects.filter(pk=resource.pk).update(visibility=visibility.split()[-1])
        if state_of_link in ("ended", "stopped", "lesson deleted"):
            bring_link_into(state_of_link, link)
    with engines.opened_writer() as writer:
        deliver_all(writer)
    engines.forget()
    if state_of_link.startswith(("teacher", "school")):
        bring_link_into(state_of_link, made[0][4])
    found = set()
    students = Client()
    for state, visibility, licence, resource, link in made:
        case = (state, visibility, licence)
        shown = state_of_link == "open" and state == "live" and visibility != "other school"
        page = page_of(link)
        uid = resource.latest_revision.files.get().uid
        is_public = state == "live" and visibility == "public"
        wanted = {
            "page": 200 if state_of_link == "open" else 404,
            "slides": int(shown),
            "picture": 200 if shown else 404,
            "resource page": 200 if is_public else None,
            "download": is_public and licence == "cc-by",
        }
        students.get(reverse("class_page", args=[link.token]))
        of_resource = students.get(resource.get_absolute_url()).status_code
        got = {
            "page": page.status_code,
            "slides": len(page.context["slides"]) if page.status_code == 200 else 0,
            "picture": picture_of(link, resource).status_code,
            "resource page": 200 if of_resource == 200 else None,
            "download": students.get(reverse("download", args=[resource.pk, uid])).status_code == 302,
        }
        if got != wanted:
            found.add((case, str(got), str(wanted)))
    assert found == set()
    public = {one[3].pk for one in made if one[:2] == ("live", "public")}
    assert {row["id"] for row in students.get("/api/search", {"q": "洗手"}).json()["results"]} == public
    assert {row.resource.pk for row in students.get("/search/?q=洗手").context["answer"].results} == public


def test_the_matrix_needs_its_rule(school, teacher, monkeypatch):
    resource = with_picture(school, teacher, visibility="school")
    link = link_to_page(teacher, resource)
    assert len(page_of(link).context["slides"]) == 1
    rest = tuple(rule for rule in policies.RULES if not rule.name.startswith("a class link"))
    monkeypatch.setattr(policies, "RULES", rest)
    assert page_of(link).context["slides"] == []
    assert picture_of(link, resource).status_code == 404


@pytest.mark.parametrize("action", [one for one in Action if one != Action.VIEW])
def test_a_grant_allows_nothing_but_looking(action: Action, school, teacher):
    resource = with_picture(school, teacher, visibility="alliance", licence=term(Licence, "cc-by"))
    viewer = Viewer(grant=Grant(frozenset({resource.pk}), viewer_of(teacher)))
    assert may(viewer, Action.VIEW, resource)
    assert not may(viewer, action, resource)


def test_a_link_to_a_lesson_shows_its_pages_and_no_others_and_no_notes(school, teacher):
    resource = with_picture(school, teacher, visibility="school")
    link = link_to_page(teacher, resource, page=2)
    item = LessonItem.objects.get()
    lessons.edit_note(who=teacher, lesson_id=link.lesson_id, item_id=item.pk, before="", text="只给自己的话")
    page = page_of(link)
    assert [slide.number for slide in page.context["slides"]] == [2]
    assert "只给自己的话" not in page.content.decode()
    assert picture_of(link, resource, 2).status_code == 200
    assert picture_of(link, resource, 1).status_code == 404
    foreign = with_picture(school, teacher)
    assert picture_of(link, foreign, 1).status_code == 404


@pytest.mark.parametrize("kind", ["list", "resource"])
def test_a_list_or_a_resource_can_be_linked_too(kind: str, school, teacher):
    resource = with_picture(school, teacher, visibility="alliance")
    pk = resource.pk
    if kind == "list":
        pk = lists.create_list(who=teacher, title="见习前").pk
        lists.add_to_list(who=teacher, list_id=pk, resource_ids=[resource.pk])
    link = open_link(teacher, kind, pk)
    assert len(page_of(link).context["slides"]) == 2
    assert picture_of(link, resource, 2).status_code == 200
    Resource.objects.filter(pk=resource.pk).update(live=False)
    assert page_of(link).context["slides"] == []
    assert resource.title not in page_of(link).content.decode()


def test_the_page_is_indexed_nowhere_and_names_no_reader(school, teacher):
    link = link_to_page(teacher, with_picture(school, teacher))
    student = person()
    client = Client()
    client.force_login(student)
    answer = client.get(reverse("class_page", args=[link.token]))
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "same-origin"
    link.refresh_from_db()
    assert link.opened == 1
    assert {field.name for field in ClassLink._meta.fields} & {"reader", "user", "viewer", "address"} == set()


def test_the_database_alone_does_not_tell_the_token(school, teacher, settings):
    link = link_to_page(teacher, with_picture(school, teacher))
    stored = " ".join(map(str, ClassLink.objects.values_list().get()))
    assert link.token not in stored
    token = link.token
    settings.SECRET_KEY = "another"
    assert link.token != token


def test_a_wrong_token_answers_as_one_that_is_over(school, teacher):
    link = link_to_page(teacher, with_picture(school, teacher))
    class_links.stop_link(who=teacher, link_id=link.pk)
    wrong = Client().get(reverse("class_page", args=["x" * 26]))
    assert (wrong.status_code, page_of(link).status_code) == (404, 404)


def test_a_teacher_opens_projects_extends_and_stops_a_link_by_forms(school, teacher):
    resource = with_picture(school, teacher)
    client = Client()
    client.force_login(teacher)
    address = reverse("class_links", args=["resource", resource.pk])
    week = (timezone.localdate() + timedelta(days=7)).isoformat()
    answer = client.post(address, {"audience": "托育 2401 班", "until": week})
    link = ClassLink.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert reverse("class_page", args=[link.token]) in page
    assert client.get(reverse("class_link_qr", args=[link.pk]))["Content-Type"] == "image/svg+xml"
    change = reverse("class_link_change", args=[link.pk])
    client.post(change, {"until": (timezone.localdate() + timedelta(days=20)).isoformat()})
    assert (ClassLink.objects.get().expires - timezone.now()).days in (19, 20)
    client.post(change, {"do": "stop"})
    assert page_of(link).status_code == 404
    assert client.post(address, {"audience": "x", "until": "2020-01-01"}).status_code == 400


@pytest.mark.parametrize("who", ["stranger", "colleague who may only read"])
def test_no_one_else_opens_or_stops_links(who: str, school, teacher):
    link = link_to_page(teacher, with_picture(school, teacher, visibility="school"))
    user = person("teacher")
    if who != "stranger":
        lessons.share(who=teacher, lesson_id=link.lesson_id, email=user.email, may_edit=False)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("class_links", args=["lesson", link.lesson_id])).status_code == 404
    assert client.post(reverse("class_link_change", args=[link.pk]), {"do": "stop"}).status_code == 404
    assert client.get(reverse("class_link_qr", args=[link.pk])).status_code == 404
    assert page_of(link).status_code == 200


def test_someone_of_no_school_opens_no_link(school, teacher):
    user = person()
    resource = with_picture(school, teacher)
    client = Client()
    client.force_login(user)
    week = (timezone.localdate() + timedelta(days=7)).isoformat()
    answer = client.post(reverse("class_links", args=["resource", resource.pk]), {"audience": "x", "until": week})
    assert answer.status_code == 400
    assert ClassLink.objects.count() == 0
