"""Who belongs to a school: one line a person, filtered and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from members.models import Membership, School, User
from members.roles import Role
from members.services.memberships import highest, state_of
from members.viewer import Viewer
from resources.models import Resource
from resources.policies import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ALL = "all"
NEVER = "never"
ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """``seen``: the mark of what is shown, sent back with a change.

    ``resources``, ``published``: counts at this school.
    """

    user: User
    membership: Membership
    seen: str
    resources: int = 0
    published: int = 0

    @property
    def is_active(self) -> bool:
        return self.membership.active

    @property
    def is_closed(self) -> bool:
        """Whether the whole account is closed, which only an administrator can change."""
        return not self.user.is_active

    @property
    def never_came(self) -> bool:
        return self.user.last_login is None

    def passes(self, wanted: str) -> bool:
        if wanted == ENDED:
            return not self.is_active
        if wanted == NEVER:
            return self.is_active and self.never_came
        return wanted not in Role.values or (self.is_active and self.membership.role == wanted)


def people_of(school: School) -> list[PersonLine]:
    """Everyone who works or worked at the school, by name; those who left come last. One query."""
    by_user: dict[int, list[Membership]] = {}
    for row in Membership.objects.filter(school=school).select_related("user"):
        by_user.setdefault(row.user_id, []).append(row)
    lines = [PersonLine(rows[0].user, highest(rows), state_of(rows)) for rows in by_user.values()]
    return sorted(lines, key=lambda line: (not line.is_active, line.user.last_name, line.user.first_name, line.user.pk))


def matching(lines: list[PersonLine], query: str) -> list[PersonLine]:
    """Those whose name or address contains the query."""
    words = "".join(query.lower().split())
    return [
        line for line in lines if words in f"{line.user.get_full_name()} {line.user.email}".lower().replace(" ", "")
    ]


def with_resources(lines: list[PersonLine], *, viewer: Viewer, school: School) -> list[PersonLine]:
    """The lines with counts of resources, in one query."""
    ids = [line.user.pk for line in lines]
    mine = Resource.objects.allowing(viewer, Action.SEE_DRAFT).filter(school=school, contributor_id__in=ids)
    counts = {
        pk: (count, published)
        for pk, count, published in mine.order_by()
        .values("contributor_id")
        .annotate(count=Count("pk"), published=Count("pk", filter=Q(live=True)))
        .values_list("contributor_id", "count", "published")
    }
    found = []
    for line in lines:
        count, published = counts.get(line.user.pk, (0, 0))
        found.append(replace(line, resources=count, published=published))
    return found


def chips(lines: list[PersonLine], wanted: str) -> list[dict[str, Any]]:
    """The filters that pass a person, with their counts."""
    labels: dict[str, StrOrPromise] = {ALL: _("All"), **dict(Role.choices)}
    labels |= {NEVER: _("Never signed in"), ENDED: _("Ended")}
    shown = [
        {"value": value, "label": label, "count": sum(line.passes(value) for line in lines), "on": value == wanted}
        for value, label in labels.items()
    ]
    return [chip for chip in shown if chip["count"] or chip["on"]]
