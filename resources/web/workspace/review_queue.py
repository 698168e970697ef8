"""The queue of submissions that wait for a reviewer, and the place of one submission in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import TaskState

from members.models import User
from members.requests import AuthedRequest
from members.viewer import Viewer, viewer_of
from resources.delivery.draft_covers import draft_covers
from resources.models import Resource, Stage, stages
from resources.publishing.status import draft_title, draft_types
from resources.web.workspace.tabs import tabs_for

PER_PAGE = 30
LATE_DAYS = 3
"""From then on a submission is marked as waiting long."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One submission in the queue. ``for_school``: an editor decides, as the school has no other reviewer.

    ``days``: how long it has waited. ``image_url``: of its first page, empty without an image.
    """

    resource: Resource
    title: str
    stage: Stage
    since: datetime
    for_school: bool
    files: int
    is_new_version: bool
    kind: str
    image_url: str

    @property
    def days(self) -> int:
        return (timezone.now() - self.since).days

    @property
    def is_late(self) -> bool:
        return self.days >= LATE_DAYS


@login_required
@require_safe
def queue(request: AuthedRequest) -> HttpResponse:
    """What waits for this person's review, the longest waiting first."""
    viewer = viewer_of(request.user)
    if not viewer.reviews and not viewer.is_staff:
        raise PermissionDenied(_("Reviewing is for the reviewers of a school and the alliance's editors."))
    page = Paginator(_waiting(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": _lines(viewer, list(page)),
        "tabs": tabs_for(request, "review", waiting=page.paginator.count),
    }
    return render(request, "resources/workspace/review_queue.html", context)


def _waiting(user: User) -> QuerySet[TaskState]:
    return TaskState.objects.reviewable_by(user).select_related("workflow_state", "task").order_by("started_at")


def waiting_for(user: User, *, most: int) -> tuple[list[QueueLine], int]:
    """The first ``most`` submissions that wait for this user's review, and how many there are."""
    viewer = viewer_of(user)
    if not viewer.reviews and not viewer.is_staff:
        return [], 0
    waiting = _waiting(user)
    return _lines(viewer, list(waiting[:most])), waiting.count()


def _lines(viewer: Viewer, task_states: list[TaskState]) -> list[QueueLine]:
    ids = [int(state.workflow_state.object_id) for state in task_states]
    found = Resource.objects.select_related("school", "contributor", "latest_revision").in_bulk(ids)
    types, covers = draft_types(found.values()), draft_covers(found.values())
    lines = []
    for state, pk in zip(task_states, ids, strict=True):
        resource, stage = found[pk], stages.stage_of(state.task.specific_class)
        latest = resource.latest_revision
        lines.append(
            QueueLine(
                resource=resource,
                title=draft_title(resource),
                stage=stage,
                since=state.started_at,
                for_school=stage.is_for_school(resource, viewer),
                files=len(latest.content.get("files", [])) if latest else 0,
                is_new_version=resource.first_published_at is not None,
                kind=types[pk],
                image_url=covers.get(pk, ""),
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a submission stands in the user's queue. ``number`` is 0 for one that is not in it."""

    number: int
    total: int
    previous: Resource | None = None
    next: Resource | None = None
    next_title: str = ""


def place_in_queue(user: User, resource: Resource) -> QueuePlace:
    """In three queries. After the last submission the next one is the first again."""
    ids = [int(pk) for pk in _waiting(user).values_list("workflow_state__object_id", flat=True)]
    here = ids.index(resource.pk) if resource.pk in ids else -1
    others = {"previous": ids[here - 1] if here > 0 else None, "next": _following(ids, here)}
    wanted = Resource.objects.select_related("latest_revision").in_bulk([pk for pk in others.values() if pk])
    found = {name: wanted.get(pk) for name, pk in others.items() if pk}
    following = found.get("next")
    return QueuePlace(here + 1, len(ids), **found, next_title=draft_title(following) if following else "")


def _following(ids: list[int], here: int) -> int | None:
    """The id after the one at place ``here``, from the start again at the end; None without another one."""
    others = ids[here + 1 :] + ids[: max(here, 0)]
    return others[0] if others else None
