"""The review page: one submission with its pages, its record and the review form."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import TaskState

from common.errors import UserError
from common.text import parse_id
from members.requests import AuthedRequest
from members.viewer import Viewer, viewer_of
from resources import policies
from resources.access import reread
from resources.models import REVISION_FIELDS, Aspect, Resource, ReviewDecision, Stage, Verdict, stages
from resources.models.review_guard import AlreadyDecided, has_approved
from resources.publishing import review as reviewing
from resources.publishing.review_comments import decisions_on, field_label
from resources.publishing.revision_diff import compare, record_rows
from resources.publishing.status import ResourceStatus, draft_title, draft_types, status_of
from resources.web.review.forms import AspectForm, DecisionForm
from resources.web.workspace.answers import draft_or_404
from resources.web.workspace.draft_page import viewer_of_revision
from resources.web.workspace.file_lines import file_lines
from resources.web.workspace.review_queue import place_in_queue
from resources.web.workspace.tabs import tabs_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FILL_REST = "rest"
"""The value of the button that sets every aspect without a verdict to *meets*."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: AuthedRequest, pk: int) -> HttpResponse:
    """One submission: its pages, its metadata, the diff, and the review form."""
    resource = draft_or_404(request, pk)
    viewer = viewer_of(request.user)
    if not viewer.reviews and not viewer.is_staff:
        return redirect("draft", pk)
    status = status_of(resource)
    if request.method == "POST" and (decided := _decided_stage(viewer, resource, status, request.POST)):
        return ReviewPage(request, resource, status, decided).refuse(AlreadyDecided())
    if status.stage is None:
        messages.info(request, _("This submission is not waiting for a review any more."))
        return redirect("draft", pk)
    page = ReviewPage(request, resource, status, status.stage)
    if request.method != "POST":
        return page.render()
    if not page.may_decide:
        raise PermissionDenied(_("You may not decide on this submission."))
    return page.render() if page.fills_rest else page.decide()


def _decided_stage(viewer: Viewer, resource: Resource, status: ResourceStatus, posted: QueryDict) -> Stage | None:
    """The stage of the posted decision, if the viewer may decide there but another reviewer already has."""
    number = parse_id(posted.get("task_state"))
    if number is None or number == status.task_state_id:
        return None
    earlier = TaskState.objects.filter(pk=number, workflow_state__object_id=str(resource.pk)).first()
    if earlier is None:
        return None
    stage = stages.stage_of(earlier.task.specific)
    return stage if policies.may(viewer, stage.action, resource) else None


class ReviewPage:
    """The review page of one submission in one stage, with its bound or empty forms."""

    def __init__(self, request: AuthedRequest, resource: Resource, status: ResourceStatus, stage: Stage) -> None:
        self.request, self.resource, self.status, self.stage = request, resource, status, stage
        self.files = file_lines(resource, resource.latest_revision_id, request.user)
        self.place = place_in_queue(request.user, resource)
        self.fills_rest = request.method == "POST" and request.POST.get("decision") == FILL_REST
        data = request.POST if request.method == "POST" and not self.fills_rest else None
        places = [(f"field:{name}", field_label(name)) for name in REVISION_FIELDS]
        places += [(f"file:{line.uid}", line.name) for line in self.files]
        self.aspects = [
            AspectForm(data, initial=self._filled(aspect), aspect=aspect, places=places) for aspect in Aspect
        ]
        initial = {"revision": resource.latest_revision_id, "task_state": status.task_state_id}
        if self.fills_rest:
            initial |= {"comment": request.POST.get("comment", ""), "opened": request.POST.getlist("opened")}
        self.decision = DecisionForm(data, initial=initial, files=self.files)

    def _filled(self, aspect: Aspect) -> dict[str, Any]:
        """What was posted about an aspect, and without a verdict that it is met; empty unless ``fills_rest``."""
        if not self.fills_rest:
            return {}
        posted = {name: self.request.POST.get(f"{aspect.value}-{name}", "") for name in AspectForm.base_fields}
        return posted | {"verdict": posted["verdict"] or Verdict.MEETS}

    @cached_property
    def may_decide(self) -> bool:
        return policies.may(self.request.user, self.stage.action, self.resource)

    def decide(self) -> HttpResponse:
        valid = [form.is_valid() for form in (*self.aspects, self.decision)]
        if not all(valid):
            return self.render(http_status=400)
        posted = self.decision.cleaned_data
        try:
            made = reviewing.decide(
                who=self.request.user,
                resource_id=self.resource.pk,
                revision_id=posted["revision"],
                task_state_id=posted["task_state"],
                decision=posted["decision"],
                comment=posted["comment"],
                verdicts=[note for form in self.aspects if (note := form.as_note())],
                opened=posted["opened"],
            )
        except UserError as refusal:
            return self.refuse(refusal)
        messages.success(self.request, _message(made))
        following = self.place.next
        return redirect("review", following.pk) if following else redirect("review_queue")

    def refuse(self, refusal: UserError) -> HttpResponse:
        self.decision.add_error(None, str(refusal.message))
        return self.render(http_status=409)

    def render(self, *, http_status: int = 200) -> HttpResponse:
        context = {
            "resource": self.resource,
            "title": draft_title(self.resource),
            "kind": draft_types([self.resource])[self.resource.pk],
            "status": self.status,
            "files": self.files,
            **self._submission(),
            **self._review_form(),
            "place": self.place,
            "tabs": tabs_for(self.request, "review", waiting=self.place.total),
        }
        return render(self.request, "resources/workspace/review.html", context, status=http_status)

    def _submission(self) -> dict[str, Any]:
        resource = self.resource
        latest = resource.revisions.get(pk=resource.latest_revision_id)
        published = resource.versions.select_related("revision").first()
        return {
            "viewer_state": viewer_of_revision(
                self.request, resource, latest.pk, reverse("review", args=[resource.pk])
            ),
            "record": record_rows(latest),
            "published": published,
            "comparison": compare(before=published.revision, after=latest) if published else None,
            "submission": resource.current_workflow_state,
            "commitment": resource.commitments.select_related("signed_by").first(),
            "earlier": decisions_on(resource),
        }

    def _review_form(self) -> dict[str, Any]:
        unseen = {file.uid for file in reviewing.unseen_in(self.resource, self.resource.latest_revision_id)}
        opened = [str(uid) for uid in self.decision["opened"].value() or ()]
        return {
            "unseen": [(line, str(line.uid) in opened) for line in self.files if line.uid in unseen],
            "next_stage": stages.stage_after(self.stage),
            "for_school": self.stage.is_for_school(self.resource, viewer_of(self.request.user)),
            "own": self.resource.contributor_id == self.request.user.pk,
            "submitted_it": self._submitted_it(),
            "approved_earlier": "" if self.may_decide else self._approved_earlier(),
            "may_decide": self.may_decide,
            "aspects": self.aspects,
            "decision": self.decision,
            "problems": [form for form in self.aspects if form.is_bound and form.errors],
            "set": sum(1 for form in self.aspects if form["verdict"].value()),
        }

    def _submitted_it(self) -> bool:
        state = self.resource.current_workflow_state
        return state is not None and state.requested_by_id == self.request.user.pk

    def _approved_earlier(self) -> StrOrPromise:
        """Why this user may not decide after an approval of an earlier stage; empty without one."""
        state = self.resource.current_workflow_state
        return self.stage.approved_earlier if state and has_approved(state, self.request.user) else ""


def _message(made: ReviewDecision) -> str:
    if made.decision == ReviewDecision.Decision.RETURNED:
        return _("Returned. The submitter has been sent your reasons.")
    if entered := stages.stage_after(stages.stage_named(made.stage)):
        return str(entered.entered)
    return _published_message(reread(made.resource))


def _published_message(resource: Resource) -> str:
    """After the last approval: it is out, or waits for the date of its version or of its embargo."""
    scheduled = resource.scheduled_revision
    due = scheduled.approved_go_live_at if scheduled else resource.embargo_until
    if scheduled is None and not resource.is_embargoed:
        return _("Approved. It is published.")
    date = date_format(timezone.localtime(due), "Y-m-d H:i")
    return _("Approved. It will be published on %(date)s.") % {"date": date}
