"""A small alliance with everybody in it, every kind of resource, and the table of who may do what.

The table is written from the design and does not look at resources/policies.py: it is the second opinion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from members.models import School
from resources.models import Commitment, Licence, Resource
from resources.policies import Action
from resources.publishing import live
from resources.publishing.workflow import ensure_workflow
from tests.factories import BlobFactory, MembershipFactory, ResourceFactory, SchoolFactory, UserFactory, person, term

VISIBILITIES = ("public", "alliance", "school")
LICENCES = {"cc-by": "anyone", "alliance": "alliance", "school": "school", "view-only": "nobody"}
PAGE_LICENCES = ("cc-by", "view-only")
STATES = ("draft", "live", "revised", "embargoed", "opened", "withdrawn", "expired")
"""opened: its embargo is over, and the clock has not been by yet. revised: live, with a newer draft."""
ROW_STATES = (*STATES, "never published", "never opened")
"""Withdrawn without ever having been published (no service makes such a row), or while nobody could read it yet: no
reader may learn of either."""
WITHDRAWN = frozenset({"withdrawn", "never published", "never opened"})
READABLE = frozenset({"live", "revised", "opened"})

SIGNS = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光"
"""Titles that no other resource's title begins with."""

STAFF = frozenset({"editor", "administrator", "editing_teacher"})
PEOPLE_OF = {
    "ours": frozenset({"colleague", "author", "reviewer", "manager", "editing_teacher", "two_schools"}),
    "theirs": frozenset({"foreign_teacher", "foreign_reviewer", "two_schools", "moved"}),
    "lonely": frozenset({"lonely_author"}),
    "self": frozenset({"lonely_reviewer"}),
    "suspended": frozenset(),
}
REVIEWERS_OF = {
    "ours": frozenset({"reviewer", "manager"}),
    "theirs": frozenset({"foreign_reviewer", "two_schools"}),
    "lonely": frozenset(),
    "self": frozenset({"lonely_reviewer"}),
    "suspended": frozenset(),
}
MEMBERS = STAFF.union(*PEOPLE_OF.values())
OUTSIDERS = frozenset({"visitor", "stranger", "suspended", "former", "closed"})
ROLES = tuple(sorted(MEMBERS | OUTSIDERS))


@dataclass(frozen=True)
class Thing:
    """A resource and what was intended with it. ``school``: a key of PEOPLE_OF; ``maker``: whose it is."""

    resource: Resource
    state: str = "draft"
    visibility: str = "public"
    download: str = "anyone"
    school: str = "ours"
    maker: str = "author"
    committed: bool = False
    submitter: str = ""
    """Who handed it in for the review that runs now."""

    def __str__(self) -> str:
        return f"{self.state} {self.visibility} resource ({self.download}) of {self.maker} at {self.school}"


@dataclass
class Alliance:
    users: dict[str, Any]
    schools: dict[str, School]
    things: list[Thing] = field(default_factory=list)


def reads(role: str, thing: Thing) -> bool:
    """Design, section 5: public for all, alliance for active members, school for its own and staff."""
    if thing.state not in READABLE:
        return thing.state == "embargoed" and role in STAFF
    if role in STAFF or thing.visibility == "public":
        return True
    return role in (MEMBERS if thing.visibility == "alliance" else PEOPLE_OF[thing.school])


def downloads(role: str, thing: Thing) -> bool:
    """As reading, and the licence allows it; staff always."""
    if not reads(role, thing) or role in STAFF:
        return reads(role, thing)
    allowed = {"anyone": set(ROLES), "alliance": MEMBERS, "school": PEOPLE_OF[thing.school], "nobody": set()}
    return role in allowed[thing.download]


def owns(role: str, thing: Thing) -> bool:
    """Contributed it and still works at the school that provides it."""
    return role == thing.maker and role in PEOPLE_OF[thing.school]


def looks_after(role: str, thing: Thing) -> bool:
    return owns(role, thing) or role in REVIEWERS_OF[thing.school] or role in STAFF


def submits(role: str, thing: Thing) -> bool:
    """The author and the school's reviewers; staff once a person of the school has signed the commitment."""
    return (
        owns(role, thing)
        or role in REVIEWERS_OF[thing.school]
        or (role in STAFF and thing.committed and thing.state != "withdrawn")
    )


def takes_back(role: str, thing: Thing) -> bool:
    return owns(role, thing) or (role == thing.submitter and looks_after(role, thing))


def reviews_first(role: str, thing: Thing) -> bool:
    if role in (thing.maker, thing.submitter):
        return False
    if role in REVIEWERS_OF[thing.school]:
        return True
    return role in STAFF and not REVIEWERS_OF[thing.school] - {thing.maker, thing.submitter}


def hands_over(role: str, thing: Thing) -> bool:
    return role == "administrator" or (role == "manager" and thing.school == "ours" and role != thing.maker)


def sees_tombstone(role: str, thing: Thing) -> bool:
    if thing.state != "withdrawn":
        return thing.state == "never opened" and role in STAFF
    if role in STAFF or thing.visibility == "public":
        return True
    return role in (MEMBERS if thing.visibility == "alliance" else PEOPLE_OF[thing.school])


TABLE: dict[Action, Any] = {
    Action.FIND: reads,
    Action.VIEW: reads,
    Action.DOWNLOAD: downloads,
    Action.SEE_DRAFT: looks_after,
    Action.EDIT: looks_after,
    Action.SUBMIT: submits,
    Action.TAKE_BACK: takes_back,
    Action.DISCARD: owns,
    Action.FIRST_REVIEW: reviews_first,
    Action.SECOND_REVIEW: lambda role, thing: role in STAFF and role not in (thing.maker, thing.submitter),
    Action.NARROW: looks_after,
    Action.WITHDRAW: looks_after,
    Action.HAND_OVER: hands_over,
    Action.SEE_TOMBSTONE: sees_tombstone,
}


def expected(role: str, action: Action, thing: Thing) -> bool:
    return bool(TABLE[action](role, thing))


def build(*, complete: bool) -> Alliance:
    """``complete``: resources with revisions and files; otherwise rows for every licence."""
    schools = {
        "ours": SchoolFactory(),
        "theirs": SchoolFactory(),
        "lonely": SchoolFactory(),
        "self": SchoolFactory(),
        "suspended": SchoolFactory(suspended=True),
    }
    ours, theirs = schools["ours"], schools["theirs"]
    users: dict[str, Any] = {
        "visitor": AnonymousUser(),
        "stranger": UserFactory(),
        "suspended": person("manager", school=schools["suspended"]),
        "former": UserFactory(),
        "closed": person("manager", school=ours, is_active=False),
        "foreign_teacher": person("teacher", school=theirs),
        "foreign_reviewer": person("reviewer", school=theirs),
        "colleague": person("teacher", school=ours),
        "author": person("teacher", school=ours),
        "reviewer": person("reviewer", school=ours),
        "manager": person("manager", school=ours),
        "lonely_author": person("teacher", school=schools["lonely"]),
        "lonely_reviewer": person("reviewer", school=schools["self"]),
        "editor": person("editor"),
        "administrator": person("administrator"),
        "editing_teacher": person("editor"),
        # Contributed here once, works elsewhere now; reviews there, only teaches here.
        "moved": person("teacher", school=theirs),
        "two_schools": person("reviewer", school=theirs),
    }
    MembershipFactory(user=users["former"], school=ours, role="manager", active=False)
    MembershipFactory(user=users["editing_teacher"], school=ours)
    MembershipFactory(user=users["moved"], school=ours, active=False)
    MembershipFactory(user=users["two_schools"], school=ours)
    alliance = Alliance(users, schools)
    make = _complete if complete else _row
    for state in STATES if complete else ROW_STATES:
        for visibility in VISIBILITIES:
            for licence in PAGE_LICENCES if complete else LICENCES:
                alliance.things.append(make(alliance, state=state, visibility=visibility, licence=licence))
    if complete:
        return alliance
    for maker, school in (
        ("reviewer", "ours"),
        ("manager", "ours"),
        ("editing_teacher", "ours"),
        ("former", "ours"),
        ("moved", "ours"),
        ("editing_teacher", "lonely"),
        ("lonely_author", "lonely"),
        ("lonely_reviewer", "self"),
        ("suspended", "suspended"),
    ):
        for state in ("draft", "live"):
            alliance.things.append(_row(alliance, state=state, visibility="school", maker=maker, school=school))
    alliance.things.append(_passed_for_the_school(alliance))
    for submitter, school in (("reviewer", "ours"), ("editor", "ours"), ("lonely_reviewer", "self")):
        alliance.things.append(_submitted(alliance, submitter=submitter, school=school))
    alliance.things.append(_committed(_row(alliance, state="withdrawn", visibility="school")))
    return alliance


def _embargo(state: str) -> datetime | None:
    days = {"embargoed": 3, "never opened": 3, "opened": -1}.get(state)
    return None if days is None else timezone.now() + timedelta(days=days)


def _row(
    alliance: Alliance,
    *,
    state: str,
    visibility: str,
    licence: str = "cc-by",
    maker: str = "author",
    school: str = "ours",
) -> Thing:
    now = timezone.now()
    resource = Resource.objects.create(
        title="行",
        school=alliance.schools[school],
        contributor=alliance.users[maker],
        visibility=visibility,
        licence=term(Licence, licence),
        live=state in READABLE or state == "embargoed",
        expired=state == "expired",
        has_unpublished_changes=state == "revised",
        first_published_at=None if state in ("draft", "never published") else now,
        embargo_until=_embargo(state),
        withdrawn_at=now if state in WITHDRAWN else None,
        withdrawal_reason="版权有疑问" if state in WITHDRAWN else "",
    )
    return Thing(resource, state, visibility, LICENCES[licence], school, maker)


def _passed_for_the_school(alliance: Alliance) -> Thing:
    """The school has no other reviewer, so an editor did the first review and may do the second."""
    thing = _row(alliance, state="draft", visibility="school", maker="lonely_author", school="lonely")
    thing.resource.save_revision(clean=False)
    review = ensure_workflow().start(thing.resource, alliance.users["lonely_author"])
    review.current_task_state.approve(user=alliance.users["editor"])
    return replace(thing, resource=Resource.objects.get(pk=thing.resource.pk), submitter="lonely_author")


def _submitted(alliance: Alliance, *, submitter: str, school: str) -> Thing:
    """Submitted by another user than its author, after the school had signed the commitment."""
    thing = _row(alliance, state="draft", visibility="school", school=school)
    thing.resource.save_revision(clean=False)
    ensure_workflow().start(thing.resource, alliance.users[submitter])
    return replace(_committed(thing), resource=Resource.objects.get(pk=thing.resource.pk), submitter=submitter)


def _committed(thing: Thing) -> Thing:
    resource = thing.resource
    Commitment.objects.create(
        resource=resource, text_version="1", signed_by=resource.contributor, school=resource.school
    )
    return replace(thing, committed=True)


def _complete(alliance: Alliance, *, state: str, visibility: str, licence: str) -> Thing:
    author, ours = alliance.users["author"], alliance.schools["ours"]
    resource = ResourceFactory(
        school=ours,
        contributor=author,
        visibility=visibility,
        licence=term(Licence, licence),
        live=state != "draft",
        title=f"{SIGNS[len(alliance.things)]}字号照护课件",
        files=[BlobFactory(school=ours, uploaded_by=author, pages=["洗手要用流动水"])],
    )
    if state == "revised":
        resource.save_revision(user=author, clean=False)
    elif state in ("embargoed", "opened"):
        Resource.objects.filter(pk=resource.pk).update(embargo_until=_embargo(state))
    elif state == "expired":
        resource.unpublish(set_expired=True)
    elif state == "withdrawn":
        live.withdraw(who=alliance.users["administrator"], resource_id=resource.pk, reason="版权有疑问")
    return Thing(Resource.objects.get(pk=resource.pk), state, visibility, LICENCES[licence])
