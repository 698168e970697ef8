"""The workspace's lists: my resources or all drafts, and my notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from members.models import Membership, Notice
from members.requests import AuthedRequest
from members.services import notifications as notice_service
from members.viewer import viewer_of
from resources.models import Resource, ReviewDecision, stages
from resources.policies import Action
from resources.publishing.requirements import REQUIRED, missing_fields
from resources.publishing.status import (
    ResourceStatus,
    State,
    draft_title,
    draft_types,
    needed_first,
    statuses_of,
    with_state,
)
from resources.web.workspace.review_queue import waiting_for
from resources.web.workspace.tabs import tabs_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PER_PAGE = 30
NOTICES_PER_PAGE = 30
MOST_WAITING = 5
"""Submissions that are shown above a reviewer's own resources; the queue has them all."""


def filters() -> dict[str, tuple[StrOrPromise, frozenset[str]]]:
    """The filters of the list: a label, and the states that pass. The empty one passes everything."""
    in_review = frozenset(stage.name for stage in stages.STAGES)
    return {
        "": (_("All"), in_review | frozenset(State.values)),
        "draft": (_("Drafts"), frozenset({State.DRAFT})),
        "review": (_("In review"), in_review),
        "returned": (State.RETURNED.label, frozenset({State.RETURNED})),
        "scheduled": (State.SCHEDULED.label, frozenset({State.SCHEDULED})),
        "live": (State.LIVE.label, frozenset({State.LIVE})),
        "withdrawn": (State.WITHDRAWN.label, frozenset({State.WITHDRAWN})),
        "expired": (State.EXPIRED.label, frozenset({State.EXPIRED})),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One resource in the list. ``note``: why it was returned or withdrawn, or how much is missing."""

    resource: Resource
    status: ResourceStatus
    title: str
    kind: str = ""
    note: StrOrPromise = ""

    @property
    def url(self) -> str:
        return reverse("draft", args=[self.resource.pk])


@login_required
@require_safe
def my_resources(request: AuthedRequest) -> HttpResponse:
    """What waits for the user, and their own resources; with ``?scope=all`` every draft they look after."""
    viewer = viewer_of(request.user)
    everything = request.GET.get("scope") == "all" and bool(viewer.reviews or viewer.is_staff)
    resources = with_state(Resource.objects.allowing(viewer, Action.SEE_DRAFT))
    if not everything:
        resources = resources.filter(contributor_id=viewer.user_id)
    counts = dict(resources.order_by().values_list("state").annotate(Count("pk")))
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in filters() else ""
    if wanted:
        resources = resources.filter(state__in=filters()[wanted][1])
    page = Paginator(needed_first(resources).values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    waiting, waiting_count = waiting_for(request.user, most=MOST_WAITING)
    context = {
        "page": page,
        "lines": _lines(list(page)),
        "chips": _chips(counts, wanted),
        "total": sum(counts.values()),
        "state": wanted,
        "everything": everything,
        "waiting": [] if everything else waiting,
        "waiting_count": waiting_count,
        "only_reviews": not viewer.schools and viewer.is_staff,
        "can_upload": bool(viewer.schools),
        "worked_here": not viewer.schools and Membership.objects.filter(user_id=viewer.user_id or 0).exists(),
        "tabs": tabs_for(request, "school" if everything else "mine", waiting=waiting_count),
    }
    return render(request, "resources/workspace/mine.html", context)


def _chips(counts: dict[str, int], wanted: str) -> list[dict[str, Any]]:
    """The filters that pass anything, and the current one."""
    chips = [
        {"value": value, "label": label, "count": sum(counts.get(state, 0) for state in states), "on": value == wanted}
        for value, (label, states) in filters().items()
    ]
    return [chip for chip in chips if chip["count"] or chip["on"]]


def _lines(ids: list[int]) -> list[Line]:
    found = Resource.objects.select_related("school", "contributor", "stats", "latest_revision").in_bulk(ids)
    statuses = statuses_of(found.values())
    types = draft_types(found.values())
    reasons = _reasons_of_return(pk for pk, status in statuses.items() if status.state == State.RETURNED)
    return [
        Line(
            resource=found[pk],
            status=statuses[pk],
            title=draft_title(found[pk]),
            kind=types[pk],
            note=_note(found[pk], statuses[pk], reasons),
        )
        for pk in ids
        if pk in found
    ]


def _reasons_of_return(ids: Iterable[int]) -> dict[int, str]:
    """The comment of the newest return of each resource."""
    returned = ReviewDecision.objects.filter(resource_id__in=list(ids), decision=ReviewDecision.Decision.RETURNED)
    return dict(returned.order_by("decided").values_list("resource_id", "comment"))


def _note(resource: Resource, status: ResourceStatus, reasons: dict[int, str]) -> StrOrPromise:
    latest = resource.latest_revision
    if status.state == State.RETURNED:
        return _("Reason: %(reason)s") % {"reason": reasons.get(resource.pk, "")}
    if status.state == State.DRAFT and latest and (lacking := missing_fields(latest.content)):
        return _("%(count)s of %(total)s still missing") % {"count": len(lacking), "total": len(REQUIRED)}
    return resource.withdrawal_reason if status.state == State.WITHDRAWN else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: AuthedRequest) -> HttpResponse:
    """The user's notices, newest first. POST marks them as read."""
    if request.method == "POST":
        notice_service.mark_read(user=request.user)
        return redirect("notices")
    mine = Notice.objects.filter(user=request.user)
    page = Paginator(mine, NOTICES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "unread": mine.unread().count(),
        "tabs": tabs_for(request, "notices"),
    }
    return render(request, "resources/workspace/notices.html", context)
