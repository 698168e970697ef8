"""What the draft page shows: put together once for every way of getting there (opened, saved with errors, refused)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from members.viewer import viewer_of
from resources import policies
from resources.catalogue.detail import files_of_draft
from resources.catalogue.viewer import ViewerState, build_viewer
from resources.models import FileBlob, FilePreview, Resource, RevisionFile
from resources.pipeline.messages import describe
from resources.policies import Action
from resources.publishing import review, transfer
from resources.publishing.requirements import COMMITMENT_POINTS, COMMITMENT_VERSION, Problem
from resources.publishing.review_comments import decisions_on, field_label
from resources.publishing.revision_diff import readable
from resources.publishing.status import State, standing_of
from resources.web.forms import EmbargoForm, HandOverForm
from resources.web.workspace.draft_form import DraftForm
from resources.web.workspace.my_resources import tabs, waiting_for


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a draft. ``tone``: a state of components/badge.html; ``working``: worth asking again soon."""

    uid: Any
    name: str
    size: int
    tone: str
    say: Any
    reason: str
    pages: int
    pages_done: int
    working: bool
    blob: FileBlob
    order_up: tuple[Any, ...] = ()
    removed: bool = False

    @property
    def words(self) -> str:
        """The state in one sentence."""
        if self.reason:
            return _("%(state)s: %(reason)s") % {"state": self.say, "reason": self.reason}
        if self.working and self.pages:
            return _("%(state)s, page %(done)s of %(all)s") % {
                "state": self.say,
                "done": self.pages_done,
                "all": self.pages,
            }
        return (
            _("%(state)s, %(count)s pages") % {"state": self.say, "count": self.pages} if self.pages else str(self.say)
        )

    @property
    def stored(self) -> bool:
        """Checked, so that its people may take it."""
        return self.blob.state == FileBlob.State.VERIFIED

    @property
    def may_retry(self) -> bool:
        """Its preview failed, so another try may help."""
        preview: FilePreview | None = getattr(self.blob, "preview", None)
        return self.stored and not self.removed and preview is not None and preview.state == FilePreview.State.FAILED

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def extension(self) -> str:
        return self.name[len(self.stem) :]


TONES = {
    FilePreview.State.READY: "ready",
    FilePreview.State.OUTLINE: "ready",
    FilePreview.State.NONE: "stored",
    FilePreview.State.FAILED: "stored",
}


def file_lines(resource: Resource, revision_id: int | None) -> list[FileLine]:
    """The files of a revision with where each stands: two queries."""
    rows = list(
        RevisionFile.objects.filter(revision_id=revision_id or 0).select_related(
            "blob__preview", "blob__duplicate_of__preview"
        )
    )
    removed = set(resource.removals.values_list("uid", flat=True))
    uids = [row.uid for row in rows]
    return [_line(row, row.uid in removed, _one_up(uids, place)) for place, row in enumerate(rows)]


def _one_up(uids: list[Any], place: int) -> tuple[Any, ...]:
    """The order in which the file at ``place`` stands one higher."""
    moved = list(uids)
    if place:
        moved[place - 1], moved[place] = moved[place], moved[place - 1]
    return tuple(moved)


def _line(row: RevisionFile, removed: bool, order_up: tuple[Any, ...]) -> FileLine:
    blob = row.blob.canonical
    preview: FilePreview | None = getattr(blob, "preview", None)
    pages = preview.page_count if preview else 0
    done = preview.pages_done if preview else 0
    if blob.state == FileBlob.State.REJECTED:
        tone, say, reason, working = "failed", blob.get_state_display(), blob.reason, False
    elif blob.state != FileBlob.State.VERIFIED:
        tone, say, reason, working = "rendering", blob.get_state_display(), "", True
    elif preview is None:
        tone, say, reason, working = "rendering", str(FilePreview.State.WAITING.label), "", True
    else:
        tone = TONES.get(FilePreview.State(preview.state), "rendering")
        say, reason, working = preview.get_state_display(), preview.reason, preview.is_working
    return FileLine(
        uid=row.uid,
        name=row.name,
        size=blob.size,
        tone=tone,
        say=say,
        reason=describe(reason) if reason else "",
        pages=pages,
        pages_done=done,
        working=working,
        blob=blob,
        order_up=order_up,
        removed=removed,
    )


def viewer_of_revision(request: HttpRequest, resource: Resource, revision_id: int, page_url: str) -> ViewerState:
    """The same viewer readers have, on the files of one revision."""
    return build_viewer(
        files_of_draft(who=request.user, resource_id=resource.pk, revision_id=revision_id),
        request.GET,
        page_url=page_url,
        fragment_url=f"{reverse('resource_pages', args=[resource.pk])}?revision={revision_id}",
        who=request.user,
    )


def answer_files(request: HttpRequest, resource: Resource) -> HttpResponse:
    """The list of files alone, for the page's script to put in place while something is being worked on."""
    files = file_lines(resource, resource.latest_revision_id)
    context = {
        "resource": resource,
        "files": files,
        "files_working": any(line.working for line in files),
        "editable": standing_of(resource).editable and policies.may(request.user, Action.EDIT, resource),
    }
    return render(request, "resources/workspace/_files.html", context)


def answer(
    request: HttpRequest,
    resource: Resource,
    *,
    form: DraftForm | None = None,
    problems: Sequence[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page. ``problems``: what a submission just failed for; None shows quietly what it would fail for."""
    viewer = viewer_of(request.user)
    standing = standing_of(resource)
    may = {action.value: policies.may(viewer, action, resource) for action in Action}
    editable = standing.editable and may["edit"]
    if form is None and editable:
        form = DraftForm(resource=resource, draft=resource.get_latest_revision_as_object())
    decisions = decisions_on(resource)
    returned = next((one for one in decisions if one.returned), None)
    files = file_lines(resource, resource.latest_revision_id)
    context = {
        "resource": resource,
        "title": (resource.latest_revision.object_str if resource.latest_revision else "") or resource.title,
        "standing": standing,
        "form": form if editable else None,
        "editable": editable,
        "files": files,
        "files_working": any(line.working for line in files),
        "viewer_state": viewer_of_revision(
            request, resource, resource.latest_revision_id or 0, reverse("draft", args=[resource.pk])
        )
        if any(line.pages for line in files)
        else None,
        "may_decide": standing.in_review and may[policies.REVIEW_ACTION[str(standing.state)]],
        "refused": problems is not None,
        "problems": review.problems_of(resource) if problems is None and editable else list(problems or []),
        "may": may,
        "may_submit": may["submit"] and standing.editable,
        "may_discard": may["submit"] and standing.state == State.DRAFT and not decisions and not resource.live,
        "embargo_form": EmbargoForm(initial={"until": resource.embargo_until if resource.is_embargoed else None}),
        "hand_over_form": HandOverForm(colleagues=transfer.colleagues(resource))
        if may["hand_over"] and not standing.in_review
        else None,
        "contributor_left": resource.school.is_active and transfer.contributor_left(resource),
        "visibilities": Resource.Visibility.choices,
        "commitment_points": COMMITMENT_POINTS,
        "commitment_version": COMMITMENT_VERSION,
        "record": []
        if editable or not resource.latest_revision
        else [
            (field_label(name), words) for name, words in readable(resource.latest_revision.content).items() if words
        ],
        "decisions": decisions,
        "returned": returned if standing.state == State.RETURNED else None,
        "versions": resource.versions.select_related("published_by", "revision"),
        "scheduled": resource.scheduled_revision if standing.state == State.SCHEDULED else None,
        "failure": getattr(resource, "publishing_failure", None),
        "tabs": tabs(viewer, "mine", waiting_for(request.user)),
    }
    return render(request, "resources/workspace/draft.html", context, status=status)
