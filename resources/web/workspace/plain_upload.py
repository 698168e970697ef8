"""Upload small files through a plain form, for browsers without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from common.errors import UserError
from common.templatetags.ui import size as readable
from common.text import listed, parse_id
from members.requests import AuthedRequest
from resources.models import Resource, UploadSession
from resources.publishing import drafts
from resources.uploads.completion import store_file
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import FORM_MAX
from resources.web.workspace.answers import draft_url, refuse

ENVELOPE = 64 * 1024
"""Bytes that a multipart form adds to its file."""


# The CSRF check reads the whole body, so it runs inside, after the check of the body's size.
@csrf_exempt
@require_POST
@login_required
def plain_upload(request: AuthedRequest) -> HttpResponse:
    """Store the files (``file``, repeated) and attach them to the posted resource, or to new drafts.

    ``how``: "each" makes a draft of each file.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > FORM_MAX + ENVELOPE:
        return refuse(request, UploadRefused("too_large_for_form", limit=readable(FORM_MAX)), reverse("upload"))
    return _small_enough(request)


@csrf_protect
def _small_enough(request: AuthedRequest) -> HttpResponse:
    resource_id = parse_id(request.POST.get("resource"))
    back = draft_url(resource_id) if resource_id else reverse("upload")
    try:
        stored = _store_all(request)
        if request.POST.get("how") == "each" and resource_id is None and len(stored) > 1:
            for session in stored:
                _attach(request, _new_draft(request, session), [session])
            messages.success(
                request,
                ngettext("%(n)s draft, one for each file.", "%(n)s drafts, one for each file.", len(stored))
                % {"n": len(stored)},
            )
            return redirect("workspace")
        resource_id = resource_id or _new_draft(request, stored[0])
        _attach(request, resource_id, stored)
    except UserError as refusal:
        return refuse(request, refusal, back)
    except Resource.DoesNotExist as error:
        raise Http404 from error
    names = listed(session.name for session in stored)
    messages.success(request, _("%(name)s is uploaded and is being checked.") % {"name": names})
    return redirect(draft_url(resource_id, part="files"))


def _store_all(request: AuthedRequest) -> list[UploadSession]:
    files = request.FILES.getlist("file")
    if not files:
        raise UploadRefused("no_file")
    if sum(file.size or 0 for file in files) > FORM_MAX:
        raise UploadRefused("too_large_for_form", limit=readable(FORM_MAX))
    return [_store(request, file) for file in files]


def _store(request: AuthedRequest, file: UploadedFile) -> UploadSession:
    source: Any = file.file
    return store_file(
        who=request.user,
        school_id=parse_id(request.POST.get("school")),
        name=file.name or "",
        source=source,
        size=file.size or 0,
        media_type=(file.content_type or "")[:150],
    )


def _new_draft(request: AuthedRequest, session: UploadSession) -> int:
    return drafts.create(who=request.user, school_id=session.school_id).pk


def _attach(request: AuthedRequest, resource_id: int, stored: list[UploadSession]) -> None:
    uids = [session.blob.uid for session in stored if session.blob]
    drafts.attach_files(who=request.user, resource_id=resource_id, blob_uids=uids)
