"""The workspace's own pages: my resources, my school's, and notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import TaskState

from members.models import Membership, Notice
from members.services import notifications as notice_service
from members.viewer import Viewer, viewer_of
from resources.models import Resource, ResourceType, ReviewDecision
from resources.policies import Action
from resources.publishing.requirements import REQUIRED, missing
from resources.publishing.status import IN_REVIEW, Standing, State, standings

PER_PAGE = 30
NOTICES_PER_PAGE = 30

FILTERS: dict[str, tuple[Any, frozenset[State]]] = {
    "": (_("All"), frozenset(State)),
    "draft": (_("Drafts"), frozenset({State.DRAFT})),
    "review": (_("In review"), IN_REVIEW),
    "returned": (_("Returned"), frozenset({State.RETURNED})),
    "scheduled": (_("Scheduled"), frozenset({State.SCHEDULED})),
    "live": (_("Published"), frozenset({State.LIVE})),
    "withdrawn": (_("Withdrawn"), frozenset({State.WITHDRAWN})),
    "expired": (State.EXPIRED.label, frozenset({State.EXPIRED})),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One resource in the list. ``note``: the reason of a return, or what is still missing."""

    resource: Resource
    standing: Standing
    title: str
    kind: str = ""
    note: Any = ""

    @property
    def url(self) -> str:
        return reverse("draft", args=[self.resource.pk])


def tabs(viewer: Viewer, here: str, waiting: int | None = None) -> list[dict[str, Any]]:
    """The workspace's tabs for this person. ``waiting``: how many reviews wait for them."""
    shown: list[dict[str, Any]] = [{"name": "mine", "label": _("My resources"), "url": reverse("workspace")}]
    if viewer.reviews or viewer.is_staff:
        shown.append({"name": "school", "label": _("All drafts"), "url": reverse("workspace") + "?scope=all"})
        shown.append({"name": "review", "label": _("Review"), "url": reverse("review_queue"), "count": waiting})
    shown.append({"name": "notices", "label": _("Notices"), "url": reverse("notices")})
    return [{**tab, "here": tab["name"] == here} for tab in shown]


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My resources with where they stand; ``?scope=all``: everything I look after as a reviewer or an editor."""
    viewer = viewer_of(request.user)
    everything = request.GET.get("scope") == "all" and bool(viewer.reviews or viewer.is_staff)
    resources = Resource.objects.allowing(viewer, Action.SEE_DRAFT)
    if not everything:
        resources = resources.filter(contributor_id=viewer.user_id)
    rows = list(
        resources.order_by("-latest_revision__created_at", "-pk").only(
            "pk", "live", "expired", "withdrawn_at", "latest_revision_id", "live_revision_id"
        )
    )
    standing_by_id = standings(rows)
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in FILTERS else ""
    counts = Counter(standing.state for standing in standing_by_id.values())
    chips = [
        {"value": value, "label": label, "count": sum(counts[state] for state in states), "on": value == wanted}
        for value, (label, states) in FILTERS.items()
    ]
    ids = [row.pk for row in rows if standing_by_id[row.pk].state in FILTERS[wanted][1]]
    page = Paginator(ids, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": _lines(list(page), standing_by_id),
        "chips": [chip for chip in chips if chip["count"] or chip["on"]],
        "total": len(rows),
        "state": wanted,
        "everything": everything,
        "can_upload": bool(viewer.schools),
        "worked_here": not viewer.schools and Membership.objects.filter(user_id=viewer.user_id or 0).exists(),
        "tabs": tabs(viewer, "school" if everything else "mine", waiting_for(request.user)),
    }
    return render(request, "resources/workspace/mine.html", context)


def _lines(ids: list[int], standing_by_id: dict[int, Standing]) -> list[Line]:
    related = ("school", "contributor", "stats", "latest_revision")
    found = Resource.objects.select_related(*related).in_bulk(ids)
    returned = [pk for pk in ids if standing_by_id[pk].state == State.RETURNED]
    reasons: dict[int, str] = {}
    for decision in ReviewDecision.objects.filter(resource_id__in=returned, decision="returned").order_by("decided"):
        reasons[decision.resource_id] = decision.comment

    types = draft_types(found.values())

    def line(pk: int) -> Line:
        resource, standing = found[pk], standing_by_id[pk]
        latest = resource.latest_revision
        note: Any = ""
        if standing.state == State.RETURNED:
            note = _("Reason: %(reason)s") % {"reason": reasons.get(pk, "")}
        elif standing.state == State.DRAFT and latest and (lacking := missing(latest.content)):
            note = _("%(count)s of %(total)s still missing") % {"count": len(lacking), "total": len(REQUIRED)}
        elif standing.state == State.WITHDRAWN:
            note = resource.withdrawal_reason
        return Line(resource, standing, (latest.object_str if latest else "") or resource.title, types[pk], note)

    return [line(pk) for pk in ids if pk in found]


def draft_types(resources: Iterable[Resource]) -> dict[int, str]:
    """The resource type each newest draft names: the row knows only the published one. One query."""
    chosen = {
        resource.pk: resource.latest_revision.content.get("resource_type") if resource.latest_revision else None
        for resource in resources
    }
    terms = ResourceType.objects.in_bulk({pk for pk in chosen.values() if pk})
    return {pk: str(terms.get(type_pk, "")) for pk, type_pk in chosen.items()}


def waiting_for(user: Any) -> int:
    """How many submissions wait for this person's review."""
    viewer = viewer_of(user)
    if not viewer.reviews and not viewer.is_staff:
        return 0
    return TaskState.objects.reviewable_by(user).count()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What the library told me, newest first. POST: I have read them."""
    if request.method == "POST":
        notice_service.mark_read(user=request.user)  # type: ignore[arg-type]
        return redirect("notices")
    mine = Notice.objects.filter(user=request.user)  # type: ignore[misc]
    page = Paginator(mine, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unread": mine.unread().count(),
        "tabs": tabs(viewer_of(request.user), "notices", waiting_for(request.user)),
    }
    return render(request, "resources/workspace/notices.html", context)
