"""Uploading without JavaScript: one small file through a plain form, by the same services as everything else."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from common.templatetags.ui import size as readable
from common.text import parse_id
from resources.access import Refused
from resources.models import FileBlob, Resource, UploadSession
from resources.publishing import drafts
from resources.uploads.completion import store_file
from resources.uploads.errors import UploadRefused
from resources.uploads.validation import FORM_MAX

ENVELOPE = 64 * 1024
"""What a form adds to its file."""


# Exempt on the outside only: the check of the token reads the whole body, which must be small before anybody reads it.
@csrf_exempt
@require_POST
@login_required
def plain_upload(request: HttpRequest) -> HttpResponse:
    """Store the file and put it into the resource named, or into a new draft."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > FORM_MAX + ENVELOPE:
        return _refuse(request, UploadRefused("too_large_for_form", limit=readable(FORM_MAX)), reverse("upload"))
    return _small_enough(request)


@csrf_protect
def _small_enough(request: HttpRequest) -> HttpResponse:
    resource_id = parse_id(request.POST.get("resource"))
    back = reverse("draft", args=[resource_id]) if resource_id else reverse("upload")
    try:
        session = _store(request)
        resource_id = resource_id or _new_draft(request, session)
        assert session.blob is not None  # noqa: S101 - a completed session has one, by constraint
        drafts.attach_files(who=request.user, resource_id=resource_id, blob_uids=[session.blob.uid])  # type: ignore[arg-type]
    except UploadRefused as refused:
        return _refuse(request, refused, back)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect(back)
    except FileBlob.DoesNotExist:
        # Stored for another school than the resource's.
        messages.error(request, str(UploadRefused("school_unknown").message))
        return redirect(back)
    except Resource.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("%(name)s is uploaded and is being checked.") % {"name": session.name})
    return redirect(reverse("draft", args=[resource_id]) + "#files")


def _store(request: HttpRequest) -> UploadSession:
    file = request.FILES.get("file")
    if file is None:
        raise UploadRefused("no_file")
    if (file.size or 0) > FORM_MAX:
        raise UploadRefused("too_large_for_form", limit=readable(FORM_MAX))
    source: Any = file.file
    return store_file(
        who=request.user,  # type: ignore[arg-type]
        school_id=parse_id(request.POST.get("school")),
        name=file.name or "",
        source=source,
        size=file.size or 0,
        media_type=(file.content_type or "")[:150],
    )


def _new_draft(request: HttpRequest, session: UploadSession) -> int:
    title = PurePath(session.name).stem
    return int(drafts.create(who=request.user, school_id=session.school_id, title=title).pk)  # type: ignore[arg-type]


def _refuse(request: HttpRequest, refused: UploadRefused, back: str) -> HttpResponse:
    if refused.code == "not_a_member":
        raise PermissionDenied(refused.message)
    messages.error(request, str(refused.message))
    return redirect(back)
