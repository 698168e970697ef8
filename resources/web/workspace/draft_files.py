"""Views of a draft's files: list, attach, rename, remove, reorder, split, and retry a preview.

A script gets JSON with what the page's form needs to go on: see ``_answer``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from common.text import parse_id
from members.requests import AuthedRequest
from resources.models import Resource, RevisionFile
from resources.pipeline import retry
from resources.publishing import drafts
from resources.publishing.files import contents, relations
from resources.publishing.status import draft_title
from resources.web.workspace.answers import call, draft_or_404, draft_url, refuse, wants_json
from resources.web.workspace.draft_page import render_files


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: AuthedRequest, pk: int) -> HttpResponse:
    """GET: the list of files as a fragment. POST: attach uploads (``blob``, repeated)."""
    resource = draft_or_404(request, pk)
    if request.method != "POST":
        return render_files(request, resource)
    return _answer(request, pk, drafts.attach_files, blob_uids=request.POST.getlist("blob"))


@login_required
@require_POST
def rename_file(request: AuthedRequest, pk: int, uid: UUID) -> HttpResponse:
    draft_or_404(request, pk)
    return _answer(request, pk, contents.rename_file, file_uid=uid, name=request.POST.get("name", ""))


@login_required
@require_POST
def remove_file(request: AuthedRequest, pk: int, uid: UUID) -> HttpResponse:
    draft_or_404(request, pk)
    return _answer(request, pk, drafts.remove_file, file_uid=uid)


@login_required
@require_POST
def retry_file(request: AuthedRequest, pk: int, uid: UUID) -> HttpResponse:
    """Retry a failed preview. ``back``: "review" returns to the review page instead of the draft."""
    draft_or_404(request, pk)
    back = draft_url(pk, view="review" if request.POST.get("back") == "review" else "draft", part="files")
    try:
        return call(request, back, retry.retry_file, resource_id=pk, file_uid=uid)
    except RevisionFile.DoesNotExist:
        messages.error(request, _("That file was removed already."))
        return redirect(back)


@login_required
@require_POST
def move_file(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put the files in the posted order (``file``, repeated)."""
    draft_or_404(request, pk)
    return _answer(request, pk, drafts.reorder, file_uids=request.POST.getlist("file"))


@login_required
@require_POST
def split(request: AuthedRequest, pk: int) -> HttpResponse:
    """Make a draft of each file. The user goes on in the workspace, which lists them."""
    draft_or_404(request, pk)
    try:
        made = contents.split(who=request.user, resource_id=pk)
    except UserError as refusal:
        return refuse(request, refusal, draft_url(pk, part="files"))
    done = ngettext("%(n)s draft, one for each file.", "%(n)s drafts, one for each file.", len(made))
    messages.success(request, done % {"n": len(made)})
    if wants_json(request):
        return JsonResponse({"url": reverse("workspace")})
    return redirect("workspace")


@login_required
@require_POST
def state_relation(request: AuthedRequest, pk: int) -> HttpResponse:
    """Say what the draft is (``kind``) to another resource (``other``) with the same file.

    The kind "none" deletes what was said.
    """
    draft_or_404(request, pk)
    other, kind = parse_id(request.POST.get("other")) or 0, request.POST.get("kind", "")
    if kind == "none":
        return _answer(request, pk, relations.delete_relation, other_id=other)
    return _answer(request, pk, relations.state_relation, other_id=other, kind=kind)


def _answer(request: AuthedRequest, pk: int, service: Callable[..., Any], **arguments: Any) -> HttpResponse:
    """Call a service that changes the files. JSON: what the page's form goes on from.

    ``before``: the stamp until then. A form with another one has not seen what others saved, and keeps its own.
    """
    back = draft_url(pk, part="files")
    with transaction.atomic():
        locked = Resource.objects.select_for_update().filter(pk=pk).first()
        before = drafts.stamp_of(locked) if locked else ""
        answer = call(request, back, service, resource_id=pk, **arguments)
        if not wants_json(request) or answer.status_code != 200:
            return answer
        resource = draft_or_404(request, pk)
        return JsonResponse(
            {
                "revision": resource.latest_revision_id,
                "before": before,
                "stamp": drafts.stamp_of(resource),
                "title": draft_title(resource),
            }
        )
