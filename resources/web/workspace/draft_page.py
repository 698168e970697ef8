"""Builds the draft page, whether it was opened, saved with errors, or refused to submit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from members.models import User
from members.requests import AuthedRequest
from members.viewer import Who
from resources import policies
from resources.catalogue.detail import files_of_draft
from resources.catalogue.viewer import ViewerState, build_viewer
from resources.models import Resource, stages
from resources.policies import Action
from resources.publishing import review, transfer
from resources.publishing.requirements import COMMITMENT_POINTS, COMMITMENT_VERSION, MissingItem
from resources.publishing.review_comments import ReviewRecord, decisions_on
from resources.publishing.revision_diff import record_rows
from resources.publishing.status import ResourceStatus, State, draft_title, status_of
from resources.web.forms import EmbargoForm, HandOverForm
from resources.web.workspace.draft_form import DraftForm
from resources.web.workspace.file_lines import FileLine, file_lines
from resources.web.workspace.tabs import tabs_for

PUBLISHED_ACTIONS = ("change_visibility", "set_embargo", "take_file_down", "withdraw")
"""What takes effect at once on a published resource."""


def viewer_of_revision(request: HttpRequest, resource: Resource, revision_id: int, page_url: str) -> ViewerState:
    """The same viewer readers have, on the files of one revision."""
    return build_viewer(
        files_of_draft(who=request.user, resource_id=resource.pk, revision_id=revision_id),
        request.GET,
        page_url=page_url,
        fragment_url=f"{reverse('resource_pages', args=[resource.pk])}?revision={revision_id}",
        who=request.user,
    )


def allowed_actions(who: Who, resource: Resource, status: ResourceStatus, *, decided: bool = False) -> list[str]:
    """What the page offers this user. ``decided``: a reviewer has decided on it, so it stays on record."""

    def may(action: Action) -> bool:
        return policies.may(who, action, resource)

    published = resource.first_published_at is not None
    narrow = resource.live and may(Action.NARROW)
    offered = {
        "edit": status.editable and may(Action.EDIT),
        "submit": status.editable and may(Action.SUBMIT),
        "take_back": status.in_review and may(Action.TAKE_BACK),
        "review": status.stage is not None and may(status.stage.action),
        "cancel_date": status.state == State.SCHEDULED and may(Action.WITHDRAW),
        "hand_over": not status.in_review and may(Action.HAND_OVER),
        "discard": status.state == State.DRAFT and not decided and not resource.live and may(Action.DISCARD),
        "change_visibility": narrow,
        "set_embargo": narrow,
        "take_file_down": narrow,
        "withdraw": published and not resource.is_withdrawn and may(Action.WITHDRAW),
    }
    return [name for name, allowed in offered.items() if allowed]


def render_files(request: AuthedRequest, resource: Resource) -> HttpResponse:
    """The list of files alone, which the page's script fetches while a file is being processed."""
    files = file_lines(resource, resource.latest_revision_id)
    context = {
        "resource": resource,
        **_files_context(files),
        "editable": status_of(resource).editable and policies.may(request.user, Action.EDIT, resource),
    }
    return render(request, "resources/workspace/_files.html", context)


def render_draft(
    request: AuthedRequest,
    resource: Resource,
    *,
    form: DraftForm | None = None,
    problems: Sequence[MissingItem] | None = None,
    http_status: int = 200,
) -> HttpResponse:
    """The whole page. ``problems``: why a submission was refused; None without a submission."""
    status = status_of(resource)
    decisions = decisions_on(resource)
    actions = allowed_actions(request.user, resource, status, decided=bool(decisions))
    editable = "edit" in actions
    files = file_lines(resource, resource.latest_revision_id)
    context = {
        "resource": resource,
        "title": draft_title(resource),
        "status": status,
        "actions": actions,
        "editable": editable,
        **_files_context(files),
        "viewer_state": _pages_of(request, resource, files),
        **(_form_context(request.user, resource, form, problems) if editable else _record_context(resource, problems)),
        **_action_context(resource, actions),
        "contributor_left": resource.school.is_active and transfer.contributor_left(resource),
        "decisions": decisions,
        "returned": _newest_return(decisions) if status.state == State.RETURNED else None,
        "versions": resource.versions.select_related("published_by", "revision"),
        "scheduled": resource.scheduled_revision if status.state == State.SCHEDULED else None,
        "failure": getattr(resource, "publishing_failure", None),
        "tabs": tabs_for(request, "mine"),
    }
    return render(request, "resources/workspace/draft.html", context, status=http_status)


def _files_context(files: list[FileLine]) -> dict[str, Any]:
    return {"files": files, "files_working": any(line.working for line in files)}


def _form_context(
    who: User, resource: Resource, form: DraftForm | None, problems: Sequence[MissingItem] | None
) -> dict[str, Any]:
    signed = None if review.must_sign(who, resource) else resource.commitments.select_related("signed_by").first()
    return {
        "own": resource.contributor_id == who.pk,
        "commitment": signed,
        "form": form or DraftForm(resource=resource, draft=resource.get_latest_revision_as_object()),
        "refused": problems is not None,
        "problems": review.problems_of(resource) if problems is None else problems,
        "commitment_points": COMMITMENT_POINTS,
        "commitment_version": COMMITMENT_VERSION,
        "first_stage": stages.STAGES[0],
    }


def _record_context(resource: Resource, problems: Sequence[MissingItem] | None) -> dict[str, Any]:
    """The metadata as text, for users who may not edit it now."""
    latest = resource.latest_revision
    return {
        "record": record_rows(latest) if latest else [],
        "refused": problems is not None,
        "problems": problems or [],
    }


def _action_context(resource: Resource, actions: list[str]) -> dict[str, Any]:
    """The forms of the actions offered at the end of the page."""
    return {
        "published_actions": [name for name in PUBLISHED_ACTIONS if name in actions],
        "visibilities": Resource.Visibility.choices,
        "embargo_form": EmbargoForm(initial={"until": resource.embargo_until if resource.is_embargoed else None}),
        "hand_over_form": HandOverForm(colleagues=transfer.colleagues(resource)) if "hand_over" in actions else None,
    }


def _pages_of(request: AuthedRequest, resource: Resource, files: list[FileLine]) -> ViewerState | None:
    """None while no file has pages."""
    if not any(line.pages for line in files):
        return None
    return viewer_of_revision(request, resource, resource.latest_revision_id or 0, reverse("draft", args=[resource.pk]))


def _newest_return(decisions: Sequence[ReviewRecord]) -> ReviewRecord | None:
    return next((one for one in decisions if one.returned), None)
