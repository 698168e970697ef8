"""Lessons: what goes in, who may open and change them, and that no one's words are lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.models import Lesson, LessonItem
from lessons.services import lessons, picking
from members.models import Membership, Notice, School
from resources.models import Resource
from resources.publishing import live
from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.factories import ResourceFactory, SchoolFactory, person, publish

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Requested-With": "fetch"}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def owner(school):
    return person("teacher", school=school)


@pytest.fixture
def resource(school, owner) -> Resource:
    return ResourceFactory(
        live=True, title="七步洗手", school=school, contributor=owner, files=[["洗手的时机", "七步揉搓", "擦干"]]
    )


@pytest.fixture
def lesson(owner) -> Lesson:
    return lessons.create_lesson(who=owner, title="洗手环节")


def source(resource: Resource, page: int | None = 1) -> picking.Source:
    return picking.Source(resource.pk, resource.files.get().uid, page)


def value(resource: Resource, page: int | None) -> str:
    return f"{resource.pk}:{resource.latest_revision.files.get().uid}:{page or ''}"


def fill(lesson: Lesson, resource: Resource, pages=(1, 2, 3)) -> list[LessonItem]:
    return [picking.pick(who=lesson.owner, lesson_id=lesson.pk, source=source(resource, page)) for page in pages]


def page_of(user, lesson: Lesson):
    return client_of(user).get(reverse("lesson", args=[lesson.pk]))


def change(user, lesson: Lesson, script: bool = False, **form: Any):
    headers = SCRIPT if script else {}
    return client_of(user).post(reverse("lesson_change", args=[lesson.pk]), form, headers=headers)


def titles(answer) -> list[list[str]]:
    return [
        [leaf.item.note if leaf.is_note else str(leaf.gone or leaf.title) for leaf in part.leaves]
        for part in answer.context["parts"]
    ]


# --- picking


def test_the_first_pick_from_the_results_makes_a_lesson(owner, resource):
    with engines.opened_writer() as writer:
        deliver_all(writer)
    engines.forget()
    client = client_of(owner)
    assert f'name="pick"\n  value="{value(resource, 2)}"' in client.get("/search/?q=七步揉搓").content.decode()
    answer = client.post(reverse("pick"), {"pick": value(resource, 2), "next": "/search/?q=x"})
    assert answer["Location"] == "/search/?q=x"
    item = LessonItem.objects.get()
    assert item.part.lesson.owner == owner
    assert (item.kind, item.resource, item.page, item.added_by) == ("page", resource, 2, owner)
    assert item.version == resource.versions.get()
    assert item.blob == resource.files.get().blob
    assert item.content_hash
    page = client.get("/search/?q=七步揉搓").content.decode()
    assert f'name="unpick"\n  value="{value(resource, 2)}"' in page
    assert "打开备课" in page


def test_the_script_gets_the_state_and_the_bar(owner, resource, lesson):
    client = client_of(owner)
    answer = client.post(reverse("pick"), {"pick": value(resource, 1)}, headers=SCRIPT).json()
    assert answer["pressed"] is True
    assert value(resource, 1) in answer["bar"]
    again = client.post(reverse("pick"), {"pick": value(resource, 1)}, headers=SCRIPT)
    assert again.status_code == 200
    assert LessonItem.objects.count() == 1
    answer = client.post(reverse("pick"), {"unpick": value(resource, 1)}, headers=SCRIPT).json()
    assert answer["pressed"] is False
    assert LessonItem.objects.count() == 0


def test_strip_viewer_and_file_table_offer_it(owner, resource):
    page = client_of(owner).get(resource.get_absolute_url()).content.decode()
    for number in (1, 2, 3, None):
        assert f'value="{value(resource, number)}"' in page
    assert page.count("data-turns") == 1


def test_a_whole_file_goes_in_too(owner, resource, lesson):
    client_of(owner).post(reverse("pick"), {"pick": value(resource, None)})
    item = LessonItem.objects.get()
    assert (item.kind, item.page) == ("file", None)


def test_what_the_user_may_not_open_cannot_be_picked(owner, lesson):
    hidden = [ResourceFactory(files=[["x"]]), ResourceFactory(live=True, visibility="school", files=[["x"]])]
    shown = ResourceFactory(live=True, files=[["x"]])
    wishes = [*(value(one, 1) for one in hidden), value(shown, 99), f"{shown.pk}::0", "x", f"{shown.pk}:nonsense:1"]
    for wish in wishes:
        assert client_of(owner).post(reverse("pick"), {"pick": wish}).status_code == 404, wish
    assert LessonItem.objects.count() == 0


def test_the_chosen_lesson_gets_what_is_picked(owner, resource, lesson):
    other = lessons.create_lesson(who=owner, title="辅食")
    client = client_of(owner)
    client.post(reverse("lesson_choose"), {"lesson": lesson.pk})
    client.post(reverse("pick"), {"pick": value(resource, 1)})
    assert LessonItem.objects.get().part.lesson == lesson
    assert client_of(person("teacher")).post(reverse("lesson_choose"), {"lesson": other.pk}).status_code == 404


# --- order, notes, parts


def test_items_move_by_buttons_alone_also_into_the_next_part(owner, resource, lesson):
    first, second, third = fill(lesson, resource)
    change(owner, lesson, do="part", text="用到别处")
    change(owner, lesson, do=f"up:{second.pk}")
    answer = change(owner, lesson, do=f"down:{third.pk}")
    assert answer["Location"].endswith(f"#item-{third.pk}")
    assert titles(page_of(owner, lesson)) == [["七步揉搓", "洗手的时机"], ["擦干"]]
    change(owner, lesson, do=f"remove:{first.pk}")
    assert titles(page_of(owner, lesson)) == [["七步揉搓"], ["擦干"]]
    kept = lesson.parts.last()
    change(owner, lesson, do=f"part_remove:{kept.pk}")
    assert titles(page_of(owner, lesson)) == [["七步揉搓", "擦干"]]


def test_notes_and_minutes_are_kept(owner, resource, lesson):
    (item,) = fill(lesson, resource, [1])
    change(owner, lesson, do=f"note:{item.pk}", before="", text="先问：\r\n什么时候洗手？")
    change(owner, lesson, do=f"minutes:{item.pk}", text="7")
    change(owner, lesson, do=f"add_note:{lesson.parts.get().pk}", text="两人一组")
    answer = page_of(owner, lesson)
    assert titles(answer) == [["洗手的时机", "两人一组"]]
    item.refresh_from_db()
    assert (item.note, item.minutes) == ("先问：\n什么时候洗手？", 7)
    assert answer.context["minute_count"] == 7


def test_the_script_orders_a_part_and_moves_a_page_from_another(owner, resource, lesson):
    first, second, third = fill(lesson, resource)
    part = lessons.add_part(who=owner, lesson_id=lesson.pk, title="用到别处")
    lesson.refresh_from_db()
    form = {"do": f"order:{part.pk}", "entries": f"{third.pk},{first.pk}", "version": lesson.version}
    answer = change(owner, lesson, script=True, **form)
    assert answer.json() == {"saved": True, "version": lesson.version + 1}
    assert titles(page_of(owner, lesson)) == [["七步揉搓"], ["擦干", "洗手的时机"]]
    # A tab that was loaded before.
    old = change(owner, lesson, script=True, do=f"order:{part.pk}", entries=f"{second.pk}", version=lesson.version)
    assert old.status_code == 409
    assert titles(page_of(owner, lesson)) == [["七步揉搓"], ["擦干", "洗手的时机"]]


@pytest.mark.parametrize("script", [False, True])
def test_two_tabs_lose_no_words(owner, resource, lesson, script: bool):
    (item,) = fill(lesson, resource, [1])
    assert change(owner, lesson, script, do=f"note:{item.pk}", before="", text="第一扇窗").status_code in (200, 302)
    answer = change(owner, lesson, script, do=f"note:{item.pk}", before="", text="第二扇窗")
    assert answer.status_code == 409
    if script:
        assert (answer.json()["mine"], answer.json()["theirs"]) == ("第二扇窗", "第一扇窗")
    else:
        assert "第一扇窗" in answer.content.decode()
        assert "第二扇窗" in answer.content.decode()
    item.refresh_from_db()
    assert item.note == "第一扇窗"
    change(owner, lesson, script, do=f"note:{item.pk}", before="第一扇窗", text="两扇窗")
    item.refresh_from_db()
    assert item.note == "两扇窗"


def test_the_title_is_not_overwritten_either(owner, lesson):
    client, address = client_of(owner), reverse("lesson_details", args=[lesson.pk])
    assert client.post(address, {"title": "一", "before": "洗手环节"}).status_code == 302
    answer = client.post(address, {"title": "二", "before": "洗手环节"})
    assert answer.status_code == 409
    assert "二" in answer.content.decode()
    lesson.refresh_from_db()
    assert lesson.title == "一"


def test_a_copy_keeps_the_lineage_and_a_deleted_lesson_comes_back(owner, resource, lesson):
    fill(lesson, resource)
    answer = change(owner, lesson, do="copy")
    copy = Lesson.objects.exclude(pk=lesson.pk).get()
    assert answer["Location"] == reverse("lesson", args=[copy.pk])
    assert [item.version for item in LessonItem.objects.filter(part__lesson=copy)] == [resource.versions.get()] * 3
    answer = change(owner, lesson, do="delete")
    assert page_of(owner, lesson).status_code == 404
    assert "撤销" in client_of(owner).get(answer["Location"]).content.decode()
    change(owner, lesson, do="restore")
    assert page_of(owner, lesson).status_code == 200


# --- sources that changed


def test_a_withdrawn_source_says_why_and_shows_nothing(owner, resource, lesson):
    fill(lesson, resource, [1])
    live.withdraw(who=owner, resource_id=resource.pk, reason="版权有疑问")
    page = page_of(owner, lesson)
    assert titles(page) == [["提供院校已撤回这件资源。"]]
    assert "版权有疑问" in page.content.decode()
    assert "洗手的时机" not in page.content.decode()


@pytest.mark.parametrize("what", ["narrowed", "taken down"])
def test_a_source_that_is_not_open_any_more_shows_neither_title_nor_picture(what: str, owner, lesson):
    other = ResourceFactory(live=True, title="别校的课件", files=[["别校的一页"]])
    fill(lesson, other, [1])
    if what == "narrowed":
        Resource.objects.filter(pk=other.pk).update(visibility="school")
    else:
        other.removals.create(uid=other.files.get().uid, reason="有人像", removed_by=other.contributor)
    page = page_of(owner, lesson)
    assert page.context["parts"][0].leaves[0].gone
    assert page.context["parts"][0].leaves[0].image_url == ""
    assert "别校的一页" not in page.content.decode()
    assert "别校的课件" not in page.content.decode()


def test_an_item_stays_with_the_version_it_was_taken_from(owner, resource, lesson):
    fill(lesson, resource, [2])
    resource.title = "七步洗手，第二版"
    resource.save_revision(user=owner, clean=False)
    publish(resource)
    (leaf,) = page_of(owner, lesson).context["parts"][0].leaves
    assert leaf.item.version.number == 1
    assert "v=1" in leaf.url
    assert client_of(owner).get(leaf.url.partition("#")[0]).status_code == 200


# --- who


SHARED = {"colleague": (200, 302), "reader": (200, 404), "stranger": (404, 404), "editor": (404, 404)}


@pytest.mark.parametrize("who", SHARED)
def test_who_may_open_and_change_a_lesson(who: str, owner, resource, lesson):
    fill(lesson, resource, [1])
    user = person("editor") if who == "editor" else person("teacher")
    if who in ("colleague", "reader"):
        form = {"email": user.email.upper()} | ({"may_edit": "on"} if who == "colleague" else {})
        client_of(owner).post(reverse("lesson_share", args=[lesson.pk]), form)
        assert Notice.objects.get(user=user).path == reverse("lesson", args=[lesson.pk])
    opens, changes = SHARED[who]
    assert page_of(user, lesson).status_code == opens
    assert change(user, lesson, do="part", text="x").status_code == changes
    assert client_of(user).get(reverse("lesson_details", args=[lesson.pk])).status_code == (
        200 if changes == 302 else 404
    )
    assert change(user, lesson, do="delete").status_code == 404
    assert client_of(user).post(reverse("lesson_share", args=[lesson.pk]), {"email": user.email}).status_code == 404


ENDS = ["the share", "the owner leaves", "the owner's school is suspended", "the colleague leaves"]


@pytest.mark.parametrize("end", ENDS)
def test_a_share_ends_with(end: str, owner, school, lesson):
    user = person("teacher")
    share = lessons.share(who=owner, lesson_id=lesson.pk, email=user.email, may_edit=True)
    assert page_of(user, lesson).status_code == 200
    if end == "the share":
        client_of(owner).post(reverse("lesson_share", args=[lesson.pk]), {"end": share.pk})
    elif end == "the owner leaves":
        Membership.objects.filter(user=owner).update(active=False)
    elif end == "the colleague leaves":
        Membership.objects.filter(user=user).update(active=False)
    else:
        School.objects.filter(pk=school.pk).update(state=School.State.SUSPENDED)
    assert page_of(user, lesson).status_code == 404
    assert change(user, lesson, do="part", text="x").status_code == 404


def test_a_colleague_sees_only_what_is_open_to_the_colleague(owner, school, lesson):
    own = ResourceFactory(live=True, title="本校课件", school=school, visibility="school", files=[["本校的一页"]])
    fill(lesson, own, [1])
    user = person("teacher")
    lessons.share(who=owner, lesson_id=lesson.pk, email=user.email, may_edit=True)
    assert "本校的一页" in page_of(owner, lesson).content.decode()
    page = page_of(user, lesson).content.decode()
    assert "本校的一页" not in page
    assert "本校课件" not in page


def test_only_people_of_the_alliance_are_shared_with(owner, lesson):
    outsider = person()
    for email in (outsider.email, "nobody@example.org", owner.email):
        client_of(owner).post(reverse("lesson_share", args=[lesson.pk]), {"email": email})
    assert lesson.shares.count() == 0


def test_more_pages_cost_no_more_queries(owner, lesson):
    client = client_of(owner)

    def queries() -> int:
        address = reverse("lesson", args=[lesson.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    def more(count: int) -> None:
        for _number in range(count):
            fill(lesson, ResourceFactory(live=True, school=SchoolFactory(), files=[["一", "二", "三"]]))

    more(2)
    few = queries()
    more(4)
    assert queries() <= few
