"""The page of a school's people: what it shows, what managers change, and that no other user can."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from wagtail.models import ModelLogEntry

from members.models import Invitation, Membership, Notice, User
from members.services import memberships
from members.services.memberships import ChangedMeanwhile, OwnRole, state_of
from resources.models import Resource
from resources.publishing import transfer
from tests.factories import MembershipFactory, person
from tests.factories.cast import Cast, make_cast
from tests.factories.concurrency import hold_transactions_open, run_concurrently

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user: User, people: Cast) -> str:
    return state_of(list(Membership.objects.filter(user=user, school=people.school)))


def role_of(user: User, people: Cast) -> str:
    rows = Membership.objects.filter(user=user, school=people.school, active=True)
    return ",".join(rows.values_list("role", flat=True))


def url(name: str, people: Cast, *more: Any) -> str:
    return reverse(name, args=[people.school.slug, *more])


def page_of(people: Cast, **query: Any) -> Any:
    return signed_in(people.manager).get(url("people_of", people), query)


def test_the_page_shows_everyone_of_the_school_with_role_and_state(people: Cast):
    former = MembershipFactory(school=people.school, active=False).user
    page = page_of(people)
    lines = {line.user: line for line in page.context["lines"]}
    assert set(lines) == {people.author, people.teacher, people.reviewer, people.manager, former}
    assert not lines[former].is_active
    assert people.stranger.email not in page.content.decode()
    assert "审核人" in page.content.decode()


def test_filters_and_search_find_people(people: Cast):
    MembershipFactory(school=people.school, active=False)
    assert [line.user for line in page_of(people, state="reviewer").context["lines"]] == [people.reviewer]
    assert len(page_of(people, state="ended").context["lines"]) == 1
    found = page_of(people, q=people.teacher.get_full_name()).context["lines"]
    assert people.teacher in [line.user for line in found]


def test_the_tab_leads_managers_to_their_own_school(people: Cast):
    client = signed_in(people.manager)
    assert reverse("people") in client.get(reverse("workspace")).content.decode()
    assert client.get(reverse("people")).url == url("people_of", people)
    assert reverse("people") not in signed_in(people.reviewer).get(reverse("workspace")).content.decode()


def test_a_manager_changes_a_role_and_the_person_is_told(people: Cast):
    client = signed_in(people.manager)
    data = {"role": "reviewer", "seen": seen(people.teacher, people)}
    client.post(url("person_role", people, people.teacher.pk), data)
    assert role_of(people.teacher, people) == "reviewer"
    assert Notice.objects.filter(user=people.teacher, subject__contains="审核人").exists()
    entry = ModelLogEntry.objects.filter(action="members.change_rights", user=people.manager).get()
    assert entry.data["changes"] == {"role": ["teacher", "reviewer"]}


def test_a_person_has_one_role_after_a_change_also_if_there_were_several(people: Cast):
    MembershipFactory(user=people.teacher, school=people.school, role="reviewer")
    data = {"role": "teacher", "seen": seen(people.teacher, people)}
    signed_in(people.manager).post(url("person_role", people, people.teacher.pk), data)
    assert role_of(people.teacher, people) == "teacher"


def test_ending_a_role_takes_effect_at_once_and_can_be_undone(people: Cast):
    client, teacher = signed_in(people.manager), signed_in(people.teacher)
    assert teacher.get(reverse("upload")).status_code == 200
    client.post(url("person_leave", people, people.teacher.pk), {"seen": seen(people.teacher, people)})
    assert teacher.get(reverse("upload")).status_code == 403
    client.post(url("person_return", people, people.teacher.pk), {"seen": seen(people.teacher, people)})
    assert role_of(people.teacher, people) == "teacher"


def test_the_work_of_a_leaver_goes_to_a_colleague_but_for_what_is_being_reviewed(people: Cast):
    draft, waiting, live = people.draft(), people.submitted(), people.published()
    opened = page_of(people, person=people.author.pk, do="leave").context["open"]
    assert (opened["holdings"].drafts, opened["holdings"].in_review, opened["holdings"].published) == (1, 1, 1)
    data = {"seen": seen(people.author, people), "heir": people.teacher.pk}
    signed_in(people.manager).post(url("person_leave", people, people.author.pk), data)
    owners = dict(Resource.objects.values_list("pk", "contributor"))
    assert owners == {draft.pk: people.teacher.pk, live.pk: people.teacher.pk, waiting.pk: people.author.pk}
    assert Notice.objects.filter(user=people.teacher, subject__contains="2 件").count() == 1
    assert ModelLogEntry.objects.filter(action="resources.hand_over", user=people.manager).count() == 2


def test_the_work_of_a_leaver_can_be_handed_over_later(people: Cast):
    draft = people.draft()
    Membership.objects.filter(user=people.author).update(active=False)
    page = page_of(people, state="ended", person=people.author.pk, do="work")
    assert page.context["open"]["act"] == "work"
    signed_in(people.manager).post(url("person_hand_over", people, people.author.pk), {"heir": people.teacher.pk})
    draft.refresh_from_db()
    assert draft.contributor == people.teacher


def test_work_goes_to_no_one_outside_the_school_and_then_no_role_ends(people: Cast):
    draft = people.draft()
    data = {"seen": seen(people.author, people), "heir": people.stranger.pk}
    signed_in(people.manager).post(url("person_leave", people, people.author.pk), data)
    draft.refresh_from_db()
    assert draft.contributor == people.author
    assert role_of(people.author, people) == "teacher"


POSTS = ["person_role", "person_leave", "person_return", "person_hand_over"]


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("who", ["author", "reviewer", "editor", "stranger", "foreign manager"])
def test_no_one_but_the_schools_managers_changes_its_people(people: Cast, name: str, who: str):
    user = person("manager") if who == "foreign manager" else getattr(people, who)
    before = list(Membership.objects.order_by("pk").values())
    data = {"role": "manager", "seen": seen(people.teacher, people), "heir": user.pk}
    assert signed_in(user).post(url(name, people, people.teacher.pk), data).status_code == 404
    assert list(Membership.objects.order_by("pk").values()) == before


def test_a_manager_reaches_no_person_of_another_school_by_an_edited_address(people: Cast):
    data = {"role": "manager", "seen": "teacher:1"}
    answer = signed_in(people.manager).post(url("person_role", people, people.stranger.pk), data)
    assert answer.status_code == 404
    assert people.stranger.memberships.get().role == "teacher"


def test_no_manager_changes_the_own_role(people: Cast):
    for act in (memberships.deactivate, memberships.reactivate):
        with pytest.raises(OwnRole):
            act(who=people.manager, school_id=people.school.pk, user_id=people.manager.pk, seen="manager:1")


def test_an_edited_form_gives_no_role_outside_the_school(people: Cast):
    data = {"role": "Administrators", "seen": seen(people.teacher, people)}
    page = signed_in(people.manager).post(url("person_role", people, people.teacher.pk), data, follow=True)
    assert "请选一个院校角色" in page.content.decode()
    assert role_of(people.teacher, people) == "teacher"


def test_of_two_managers_on_one_person_the_later_is_told(people: Cast):
    other = person("manager", school=people.school)
    shown = seen(people.teacher, people)
    signed_in(people.manager).post(url("person_role", people, people.teacher.pk), {"role": "reviewer", "seen": shown})
    page = signed_in(other).post(url("person_leave", people, people.teacher.pk), {"seen": shown}, follow=True)
    assert "另一位管理员刚刚改过这个人" in page.content.decode()
    assert role_of(people.teacher, people) == "reviewer"


@pytest.mark.django_db(transaction=True)
def test_two_managers_in_the_same_instant_lose_no_update(monkeypatch: pytest.MonkeyPatch):
    people = make_cast()
    other = person("manager", school=people.school)
    hold_transactions_open(monkeypatch)
    shown = seen(people.teacher, people)
    words = {"school_id": people.school.pk, "user_id": people.teacher.pk, "seen": shown}
    outcomes = run_concurrently(
        lambda: memberships.change_role(who=people.manager, role="reviewer", **words),
        lambda: memberships.change_role(who=other, role="manager", **words),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChangedMeanwhile", "Membership"]
    assert any(isinstance(outcome, ChangedMeanwhile) for outcome in outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_end_each_others_role_leave_one_manager(monkeypatch: pytest.MonkeyPatch):
    people = make_cast()
    other = person("manager", school=people.school)
    hold_transactions_open(monkeypatch)

    def end(who: User, whom: User) -> Any:
        return memberships.deactivate(who=who, school_id=people.school.pk, user_id=whom.pk, seen="manager:1")

    run_concurrently(lambda: end(people.manager, other), lambda: end(other, people.manager))
    assert Membership.objects.filter(school=people.school, role="manager", active=True).count() == 1


def sheet(*rows: tuple[Any, ...], name: str = "人员.xlsx") -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile(name, buffer.getvalue())


def check(people: Cast, **data: Any) -> Any:
    return signed_in(people.manager).post(url("invite", people), {"role": "teacher", **data})


def test_a_pasted_list_is_checked_first_and_then_sent(people: Cast):
    text = f"liu@linxi.example 刘一禾\ntang@linxi.example\nmeng@linxi,example\n{people.teacher.email} 周青禾"
    page = check(people, rows=text)
    assert [row.number for row in page.context["ready"]] == [1, 2]
    words = page.content.decode()
    assert "逗号要改成点" in words
    assert "已经是本校的人" in words
    assert not Invitation.objects.exists()
    check(people, rows=page.context["rows"], confirmed="yes")
    assert sorted(Invitation.objects.values_list("email", "name", "role")) == [
        ("liu@linxi.example", "刘一禾", "teacher"),
        ("tang@linxi.example", "", "teacher"),
    ]


def test_a_spreadsheet_goes_through_the_same_check(people: Cast):
    table = sheet(
        ("角色", "邮箱", "姓名"),
        ("审核人", "liu@linxi.example", "刘一禾"),
        (None, "liu@linxi.example", "重复"),
        ("校长", "wu@linxi.example", "吴桐"),
        ("教师", None, "没有邮箱"),
    )
    page = check(people, table=table)
    report = {row.number: row for row in page.context["report"]}
    assert [number for number, row in report.items() if row.can_be_invited] == [2]
    assert "名单里已经有了" in str(page.content.decode())
    assert "角色写得不对" in page.content.decode()
    check(people, rows=page.context["rows"], confirmed="yes")
    assert Invitation.objects.get().role == "reviewer"


def test_the_template_can_be_filled_in_and_sent_back(people: Cast):
    answer = signed_in(people.manager).get(url("invite_template", people))
    book = load_workbook(io.BytesIO(answer.content))
    assert "审核人" in book.active.data_validations.dataValidation[0].formula1
    book.active.append(["刘一禾", "liu@linxi.example", "院校管理员"])
    buffer = io.BytesIO()
    book.save(buffer)
    page = check(people, table=SimpleUploadedFile("x.xlsx", buffer.getvalue()))
    assert [(row.name, row.role) for row in page.context["ready"]] == [("刘一禾", "manager")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_is_read_in_the_encodings_of_chinese_spreadsheet_programs(people: Cast, encoding: str):
    text = "姓名,邮箱,角色\n刘一禾,liu@linxi.example,审核人\n"
    page = check(people, table=SimpleUploadedFile("人员.csv", text.encode(encoding)))
    assert [(row.name, row.role) for row in page.context["ready"]] == [("刘一禾", "reviewer")]


WRONG = {
    "no spreadsheet": b"\x00\x01\x02",
    "a broken archive": b"PK\x03\x04" + b"x" * 100,
    "no headings": "刘一禾,liu@linxi.example".encode(),
    "empty": b"",
    "too many rows": ("邮箱\n" + "a@linxi.example\n" * 600).encode(),
    "too large": b"a" * (6 * 1024 * 1024),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_is_no_list_of_people_is_refused_in_words(people: Cast, what: str):
    page = check(people, table=SimpleUploadedFile("人员.xlsx", WRONG[what]))
    assert page.status_code == 400
    assert page.context["invite_form"].errors
    assert not Invitation.objects.exists()


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(people: Cast):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (70 * 1024 * 1024))
    page = check(people, table=SimpleUploadedFile("人员.xlsx", buffer.getvalue()))
    assert "表格太大了" in page.content.decode()


def test_the_link_is_shown_with_its_code_until_it_ends(people: Cast):
    client = signed_in(people.manager)
    data = {"link-max_uses": 30, "link-until": "2000-01-01", "link-role": "teacher"}
    assert client.post(url("join_link", people), data).status_code == 400
    data["link-until"] = (timezone.localdate() + timedelta(days=7)).isoformat()
    client.post(url("join_link", people), data)
    page = client.get(url("people_of", people))
    assert "/join/" in page.context["link_url"]
    assert b"<svg" in client.get(url("join_link_qr", people)).content
    client.post(url("join_link_end", people))
    assert client.get(url("join_link_qr", people)).status_code == 404


def test_an_administrator_looks_after_any_schools_people(people: Cast):
    client = signed_in(person("administrator"))
    assert client.get(url("people_of", people)).status_code == 200
    data = {"role": "manager", "seen": seen(people.teacher, people)}
    client.post(url("person_role", people, people.teacher.pk), data)
    assert role_of(people.teacher, people) == "manager"


def test_handing_everything_over_reaches_no_other_school(people: Cast):
    theirs = people.draft(school=people.stranger.memberships.get().school)
    moved = transfer.hand_over_all(
        who=people.manager, school_id=people.school.pk, from_id=people.author.pk, to_id=people.teacher.pk
    )
    theirs.refresh_from_db()
    assert (moved, theirs.contributor) == (0, people.author)
