"""Upload one small file through a plain form, for browsers without JavaScript."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from common.errors import UserError
from common.templatetags.ui import size as readable
from common.text import parse_id
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
    """Store the file and attach it to the posted resource, or to a new draft."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > FORM_MAX + ENVELOPE:
        return refuse(request, UploadRefused("too_large_for_form", limit=readable(FORM_MAX)), reverse("upload"))
    return _small_enough(request)


@csrf_protect
def _small_enough(request: AuthedRequest) -> HttpResponse:
    resource_id = parse_id(request.POST.get("resource"))
    back = draft_url(resource_id) if resource_id else reverse("upload")
    try:
        session = _store(request)
        resource_id = resource_id or _new_draft(request, session)
        assert session.blob is not None  # noqa: S101 - a completed session has one, by constraint
        drafts.attach_files(who=request.user, resource_id=resource_id, blob_uids=[session.blob.uid])
    except UserError as refusal:
        return refuse(request, refusal, back)
    except Resource.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("%(name)s is uploaded and is being checked.") % {"name": session.name})
    return redirect(draft_url(resource_id, part="files"))


def _store(request: AuthedRequest) -> UploadSession:
    file = request.FILES.get("file")
    if file is None:
        raise UploadRefused("no_file")
    if (file.size or 0) > FORM_MAX:
        raise UploadRefused("too_large_for_form", limit=readable(FORM_MAX))
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
    title = PurePath(session.name).stem
    return drafts.create(who=request.user, school_id=session.school_id, title=title).pk
