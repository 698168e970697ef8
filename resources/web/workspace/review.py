"""The reviewer's pages: the queue of submissions, and one submission with its review form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import TaskState

from common.errors import UserError
from common.text import parse_id
from members.requests import AuthedRequest
from members.viewer import Viewer, viewer_of
from resources import policies
from resources.models import REVISION_FIELDS, Aspect, Resource, ReviewDecision, Stage, stages
from resources.models.review_guard import AlreadyDecided, has_approved
from resources.publishing import review as reviewing
from resources.publishing.review_comments import decisions_on, field_label
from resources.publishing.revision_diff import compare, record_rows
from resources.publishing.status import ResourceStatus, status_of
from resources.web.workspace.answers import draft_or_404
from resources.web.workspace.draft_page import viewer_of_revision
from resources.web.workspace.file_lines import file_lines
from resources.web.workspace.my_resources import draft_title, draft_types
from resources.web.workspace.review_forms import AspectForm, DecisionForm
from resources.web.workspace.tabs import tabs_for

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One submission in the queue. ``for_school``: an editor decides, as the school has no other reviewer."""

    resource: Resource
    title: str
    stage: Stage
    since: Any
    for_school: bool
    files: int
    is_new_version: bool


@login_required
@require_safe
def queue(request: AuthedRequest) -> HttpResponse:
    """What waits for this person's review, the longest waiting first."""
    viewer = viewer_of(request.user)
    if not viewer.reviews and not viewer.is_staff:
        raise PermissionDenied(_("Reviewing is for the reviewers of a school and the alliance's editors."))
    waiting = (
        TaskState.objects.reviewable_by(request.user).select_related("workflow_state", "task").order_by("started_at")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": _lines(viewer, list(page)),
        "tabs": tabs_for(request, "review", waiting=page.paginator.count),
    }
    return render(request, "resources/workspace/review_queue.html", context)


def _lines(viewer: Viewer, task_states: list[TaskState]) -> list[QueueLine]:
    ids = [int(state.workflow_state.object_id) for state in task_states]
    found = Resource.objects.select_related("school", "contributor", "latest_revision").in_bulk(ids)
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
            )
        )
    return lines


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthedRequest, pk: int) -> HttpResponse:
    """One submission: its pages, its record, what changed, and the decision."""
    resource = draft_or_404(request, pk)
    viewer = viewer_of(request.user)
    status = status_of(resource)
    stage = status.stage
    if not viewer.reviews and not viewer.is_staff:
        return redirect("draft", pk)
    if request.method == "POST" and (closed := _closed_stage(viewer, resource, status, request.POST)):
        aspects, decision = _forms(request, resource, status)
        decision.add_error(None, str(AlreadyDecided.message))
        return _page(request, resource, status, closed, aspects, decision, http_status=409)
    if stage is None:
        messages.info(request, _("This submission is not waiting for a review any more."))
        return redirect("draft", pk)
    may_decide = policies.may(viewer, stage.action, resource)
    if not may_decide and request.method == "POST":
        raise PermissionDenied(_("You may not decide on this submission."))
    aspects, decision = _forms(request, resource, status)
    if request.method == "POST":
        return _decide(request, resource, status, stage, aspects, decision)
    return _page(request, resource, status, stage, aspects, decision, may_decide=may_decide)


def _closed_stage(viewer: Viewer, resource: Resource, status: ResourceStatus, posted: Any) -> Stage | None:
    """The stage of the decision that is posted, when it was this viewer's to take but it has been taken meanwhile."""
    number = parse_id(posted.get("task_state"))
    if number is None or number == status.task_state_id:
        return None
    earlier = TaskState.objects.filter(pk=number, workflow_state__object_id=str(resource.pk)).first()
    if earlier is None:
        return None
    stage = stages.stage_of(earlier.task.specific)
    return stage if policies.may(viewer, stage.action, resource) else None


def _forms(request: AuthedRequest, resource: Resource, status: ResourceStatus) -> tuple[list[AspectForm], DecisionForm]:
    data = request.POST if request.method == "POST" else None
    places = [(f"field:{name}", field_label(name)) for name in REVISION_FIELDS]
    places += [(f"file:{line.uid}", line.name) for line in file_lines(resource, resource.latest_revision_id)]
    aspects = [AspectForm(data, aspect=aspect, places=places) for aspect in Aspect]
    initial = {"revision": resource.latest_revision_id, "task_state": status.task_state_id}
    return aspects, DecisionForm(data, initial=initial)


def _decide(
    request: AuthedRequest,
    resource: Resource,
    status: ResourceStatus,
    stage: Stage,
    aspects: list[AspectForm],
    decision: DecisionForm,
) -> HttpResponse:
    valid = [form.is_valid() for form in (*aspects, decision)]
    if not all(valid):
        return _page(request, resource, status, stage, aspects, decision, http_status=400)
    wish = decision.cleaned_data
    try:
        made = reviewing.decide(
            who=request.user,
            resource_id=resource.pk,
            revision_id=wish["revision"],
            task_state_id=wish["task_state"],
            decision=wish["decision"],
            comment=wish["comment"],
            verdicts=[note for form in aspects if (note := form.as_note())],
        )
    except UserError as refusal:
        decision.add_error(None, str(refusal.message))
        return _page(request, resource, status, stage, aspects, decision, http_status=409)
    messages.success(request, _answer(made))
    return redirect("review_queue")


def _answer(made: ReviewDecision) -> str:
    if made.decision == ReviewDecision.Decision.RETURNED:
        return _("Returned. The submitter has been told your reasons.")
    if entered := stages.stage_after(stages.stage_named(made.stage)):
        return str(entered.entered)
    return _("Approved. It is published, or will be on its date.")


def _approved_earlier(request: AuthedRequest, resource: Resource) -> bool:
    state = resource.current_workflow_state
    return state is not None and has_approved(state, request.user)


def _page(
    request: AuthedRequest,
    resource: Resource,
    status: ResourceStatus,
    stage: Stage,
    aspects: list[AspectForm],
    decision: DecisionForm,
    *,
    http_status: int = 200,
    may_decide: bool = True,
) -> HttpResponse:
    latest = resource.revisions.get(pk=resource.latest_revision_id)
    published = resource.versions.select_related("revision").first()
    files = file_lines(resource, latest.pk)
    context = {
        "resource": resource,
        "title": draft_title(resource),
        "kind": draft_types([resource])[resource.pk],
        "status": status,
        "next_stage": stages.stage_after(stage),
        "for_school": stage.is_for_school(resource, viewer_of(request.user)),
        "own": resource.contributor_id == request.user.pk,
        "approved_earlier": stage.approved_earlier if not may_decide and _approved_earlier(request, resource) else "",
        "may_decide": may_decide,
        "files": files,
        "viewer_state": viewer_of_revision(request, resource, latest.pk, reverse("review", args=[resource.pk])),
        "record": record_rows(latest),
        "published": published,
        "comparison": compare(before=published.revision, after=latest) if published else None,
        "commitment": resource.commitments.select_related("signed_by").first(),
        "earlier": decisions_on(resource),
        "aspects": aspects,
        "decision": decision,
        "problems": [form for form in aspects if form.is_bound and form.errors],
        "set": sum(1 for form in aspects if form["verdict"].value()),
        "tabs": tabs_for(request, "review"),
    }
    return render(request, "resources/workspace/review.html", context, status=http_status)
