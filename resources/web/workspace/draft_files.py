"""Views of a draft's files: list, attach, remove, reorder, and retry a preview."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from members.requests import AuthedRequest
from resources.models import RevisionFile
from resources.pipeline import retry
from resources.publishing import drafts
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
    try:
        revision = drafts.attach_files(who=request.user, resource_id=pk, blob_uids=request.POST.getlist("blob"))
    except UserError as refusal:
        return refuse(request, refusal, draft_url(pk))
    if wants_json(request):
        fresh = draft_or_404(request, pk)
        title = draft_title(fresh)
        return JsonResponse({"revision": revision.pk, "stamp": drafts.stamp_of(fresh), "title": title})
    return redirect(draft_url(pk, part="files"))


@login_required
@require_POST
def remove_file(request: AuthedRequest, pk: int, uid: UUID) -> HttpResponse:
    draft_or_404(request, pk)
    return call(request, draft_url(pk, part="files"), drafts.remove_file, resource_id=pk, file_uid=uid)


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
    order = request.POST.getlist("file")
    return call(request, draft_url(pk, part="files"), drafts.reorder, resource_id=pk, file_uids=order)
