"""Views of a draft's files: list, attach, remove, reorder, and retry a preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members.requests import AuthedRequest
from resources.access import Refused
from resources.models import FileBlob, ResourceFile, RevisionFile
from resources.pipeline import retry
from resources.publishing import drafts
from resources.web.workspace.answers import draft_or_404, refuse
from resources.web.workspace.draft_page import render_files


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: AuthedRequest, pk: int) -> HttpResponse:
    """GET: the list of files with their states, a fragment. POST: attach uploads (``blob``, repeated)."""
    resource = draft_or_404(request, pk)
    if request.method != "POST":
        return render_files(request, resource)
    try:
        revision = drafts.attach_files(who=request.user, resource_id=pk, blob_uids=request.POST.getlist("blob"))
    except (FileBlob.DoesNotExist, ValidationError):
        return refuse(request, pk, _("This upload is not there any more. Upload the file again."), 404)
    except Refused as refusal:
        return refuse(request, pk, refusal.message, 409)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"revision": revision.pk})
    return redirect(reverse("draft", args=[pk]) + "#files")


@login_required
@require_POST
def remove_file(request: AuthedRequest, pk: int, uid: Any) -> HttpResponse:
    draft_or_404(request, pk)
    try:
        drafts.remove_file(who=request.user, resource_id=pk, file_uid=uid)
    except ResourceFile.DoesNotExist:
        messages.error(request, _("That file was removed already."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("draft", args=[pk]) + "#files")


@login_required
@require_POST
def retry_file(request: AuthedRequest, pk: int, uid: Any) -> HttpResponse:
    """Make a file's preview once more, after it failed. ``back`` = review: whoever reviews goes on where they were."""
    draft_or_404(request, pk)
    try:
        retry.retry_file(who=request.user, resource_id=pk, file_uid=uid)
    except RevisionFile.DoesNotExist:
        messages.error(request, _("That file was removed already."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    back = "review" if request.POST.get("back") == "review" else "draft"
    return redirect(reverse(back, args=[pk]) + "#files")


@login_required
@require_POST
def move_file(request: AuthedRequest, pk: int) -> HttpResponse:
    """Put the files in the posted order (``file``, repeated)."""
    draft_or_404(request, pk)
    try:
        drafts.reorder(who=request.user, resource_id=pk, file_uids=request.POST.getlist("file"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("draft", args=[pk]) + "#files")
