"""Builds the draft page, whether it was opened, saved with errors, or refused to submit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import User
from members.requests import AuthedRequest
from members.viewer import Who
from resources import policies
from resources.catalogue.detail import files_of_draft
from resources.catalogue.viewer import ViewerState, build_viewer
from resources.models import RECORD_FIELDS, Resource, stages
from resources.models.record_fields import Section
from resources.policies import Action
from resources.publishing import drafts, review, transfer
from resources.publishing.proposals.sources import proposals_for
from resources.publishing.requirements import COMMITMENT_POINTS, COMMITMENT_VERSION, MissingItem
from resources.publishing.review_comments import ReviewRecord, decisions_on
from resources.publishing.revision_diff import record_rows
from resources.publishing.status import ResourceStatus, State, draft_title, progress_of, status_of
from resources.web.forms import EmbargoForm, HandOverForm
from resources.web.workspace.draft_form import DraftForm
from resources.web.workspace.file_lines import FileLine, file_lines
from resources.web.workspace.tabs import tabs_for

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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
    """The list of files and the steps, which the script fetches while a file is being processed."""
    files = file_lines(resource, resource.latest_revision_id, request.user)
    editable = status_of(resource).editable and policies.may(request.user, Action.EDIT, resource)
    context = {
        **_progress_context(resource, files, review.problems_of(resource) if editable else []),
        **_files_context(resource, files),
        "editable": editable,
        "steps_follow": editable,
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
    files = file_lines(resource, resource.latest_revision_id, request.user)
    missing = review.problems_of(resource) if problems is None and editable else problems or []
    context = {
        **_progress_context(resource, files, missing),
        "title": draft_title(resource),
        "status": status,
        "actions": actions,
        "editable": editable,
        **_files_context(resource, files),
        "viewer_state": _pages_of(request, resource, files),
        **(_form_context(request.user, resource, form, problems) if editable else _record_context(resource, problems)),
        **_action_context(resource, actions),
        "contributor_left": resource.school.is_active and transfer.contributor_left(resource),
        "decisions": decisions,
        "progress": progress_of(resource, status),
        "returned": _newest_return(decisions) if status.state == State.RETURNED else None,
        "versions": resource.versions.select_related("published_by", "revision"),
        "scheduled": resource.scheduled_revision if status.state == State.SCHEDULED else None,
        "failure": getattr(resource, "publishing_failure", None),
        "tabs": tabs_for(request, "mine"),
    }
    return render(request, "resources/workspace/draft.html", context, status=http_status)


def _files_context(resource: Resource, files: list[FileLine]) -> dict[str, Any]:
    return {
        "files": files,
        "files_working": any(line.working for line in files),
        "may_split": len(files) > 1 and status_of(resource).state == State.DRAFT and not resource.first_published_at,
    }


def answer_saved(request: AuthedRequest, resource: Resource, form: DraftForm) -> JsonResponse:
    """For the page's script: the stamp to go on from, and the parts of the page that a save changes.

    ``refused``: why some fields are not saved.
    """
    files = file_lines(resource, resource.latest_revision_id, request.user)
    context = _progress_context(resource, files, review.problems_of(resource)) | {"automatic": True}
    return JsonResponse(
        {
            "stamp": drafts.stamp_of(resource),
            "title": resource.latest_revision.content["title"] if resource.latest_revision else "",
            "refused": form.refusals,
            "steps": render_to_string("resources/workspace/_steps.html", context, request),
            "progress": render_to_string("resources/workspace/_progress.html", context, request),
        }
    )


def answer_unsaved(
    request: AuthedRequest, resource: Resource, *, form: DraftForm, http_status: int = 400
) -> JsonResponse:
    """For the page's script: why the draft is not saved, and after a conflict what is stored."""
    answer: dict[str, Any] = {"code": "invalid", "message": form.refusals}
    if form.stored is not None:
        answer = {
            "code": drafts.EditConflict.code,
            "message": str(drafts.EditConflict.message),
            "stamp": form.stamp,
            "conflict": render_to_string(
                "resources/workspace/_conflict.html", {"form": form, "resource": resource}, request
            ),
        }
    return JsonResponse(answer, status=http_status)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the three steps of the page. ``done``: nothing is missing in it; ``due``: something is."""

    anchor: str
    name: StrOrPromise
    text: str
    done: bool
    due: bool


def _progress_context(resource: Resource, files: list[FileLine], problems: Sequence[MissingItem]) -> dict[str, Any]:
    return {
        "resource": resource,
        "steps": _steps(files, problems),
        "problems": problems,
        "saved": resource.latest_revision.created_at if resource.latest_revision else None,
    }


def _steps(files: list[FileLine], problems: Sequence[MissingItem]) -> list[Step]:
    section = {declared.name: declared.section for declared in RECORD_FIELDS} | {"commitment": Section.DECLARATIONS}
    sections = Counter(section.get(problem.field) for problem in problems)
    file_problems = sections[None]
    working = sum(1 for line in files if line.working)
    ready = bool(files) and not file_problems and not working
    in_record = sections[Section.RECORD] + sections[Section.MORE]
    in_declarations = sections[Section.DECLARATIONS]
    return [
        Step("step-files", _("Files"), _files_text(files, working, file_problems), ready, not ready and not working),
        Step("step-record", _("Fill in"), _missing_text(in_record, _("Complete")), not in_record, bool(in_record)),
        Step(
            "step-declarations",
            _("Declare and submit"),
            _missing_text(in_declarations, _("Only the commitment is left")),
            False,
            bool(in_declarations),
        ),
    ]


def _files_text(files: list[FileLine], working: int, file_problems: int) -> str:
    count = len(files)
    if not files:
        return _("No files yet")
    if working:
        return _("%(count)s files, %(working)s being worked on") % {"count": count, "working": working}
    if file_problems:
        return _("%(count)s files, %(bad)s not accepted") % {"count": count, "bad": file_problems}
    return _("%(count)s files, all ready") % {"count": count}


def _missing_text(count: int, complete: str) -> str:
    return ngettext("%(count)s missing", "%(count)s missing", count) % {"count": count} if count else complete


def _form_context(
    who: User, resource: Resource, form: DraftForm | None, problems: Sequence[MissingItem] | None
) -> dict[str, Any]:
    form = form or DraftForm(resource=resource, draft=resource.get_latest_revision_as_object())
    form.proposals = proposals_for(resource)
    signed = None if review.must_sign(who, resource) else resource.commitments.select_related("signed_by").first()
    return {
        "own": resource.contributor_id == who.pk,
        "commitment": signed,
        "form": form,
        "refused": problems is not None,
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
