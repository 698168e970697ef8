"""The system health page of the Wagtail admin: what waits, what failed, and buttons to retry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from django_tasks_db.models import DBTaskResult

from common import audit
from common.errors import UserError
from common.tasks import dead_letters, retry
from common.text import parse_id
from members.viewer import viewer_of
from resources.models import FileBlob, FilePreview
from resources.pipeline.retry import retry as retry_preview
from search.admin.health import failed_previews, read_health
from search.admin.health_lights import lights_of
from search.models import Outbox, RebuildRequest


@require_http_methods(["GET", "HEAD", "POST"])
def health(request: HttpRequest) -> HttpResponse:
    """GET shows the page; POST with ``do`` retries something."""
    if not viewer_of(request.user).is_administrator:
        raise PermissionDenied
    if request.method == "POST":
        _retry(request)
        return redirect(request.path)
    state = read_health()
    context: dict[str, Any] = {
        "health": state,
        "lights": lights_of(state),
        "page_title": _("System health"),
        "header_icon": "cog",
    }
    return render(request, "search/admin/health.html", context)


def _retry(request: HttpRequest) -> None:
    chosen = request.POST.get("id", "")
    match request.POST.get("do", ""):
        case "send-again":
            letters = Outbox.objects.dead_letters()
            if chosen:
                letters = letters.filter(pk=parse_id(chosen) or 0)
            _report(request, letters.retry_dead())
        case "retry-jobs":
            failed = dead_letters()
            rows = list(_one_job(failed, chosen) if chosen else failed)
            _report(request, sum(retry(row) for row in rows))
        case "retry-previews":
            previews = failed_previews()
            if chosen:
                previews = previews.filter(pk=parse_id(chosen) or 0)
            _report(request, sum(_retry_preview(request, preview) for preview in previews.select_related("blob")))
        case "rebuild":
            asked = RebuildRequest.enqueue(reason=_("asked for by %(name)s") % {"name": request.user})
            audit.record(asked, "search.rebuild", user=request.user)
            messages.success(request, _("The index will be rebuilt. Search keeps using the old one in the meantime."))
        case _:
            messages.error(request, _("Nothing was done: that is not something this page can do."))


def _retry_preview(request: HttpRequest, preview: FilePreview) -> bool:
    try:
        retry_preview(who=request.user, blob_uid=preview.blob.uid)
    except (FileBlob.DoesNotExist, UserError):
        # Another administrator was faster, or the file is gone.
        return False
    return True


def _one_job(failed: Any, chosen: str) -> list[DBTaskResult]:
    return [row for row in failed if str(row.pk) == chosen]


def _report(request: HttpRequest, count: int) -> None:
    text = ngettext("%(n)s entry goes again.", "%(n)s entries go again.", count) % {"n": count}
    messages.success(request, text)
