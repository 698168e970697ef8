"""Pages of exports: what would go in, progress, and the download."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import UserError
from lessons.models import ExportJob
from lessons.services.exports import requests
from lessons.services.exports.messages import findings, reason_text
from lessons.services.exports.selection import Selection, select
from lessons.services.exports.subjects import Subject, SubjectMissing, load_subject
from members.requests import AuthedRequest
from resources.catalogue.licence_terms import whole_terms


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Choose a format, see what stays out and why, and ask for the file."""
    subject = _subject_or_404(request, kind, pk)
    wanted = (request.POST if request.method == "POST" else request.GET).get("format", "")
    chosen = wanted if wanted in subject.formats else subject.formats[0]
    selection = select(subject, who=request.user, as_deck=chosen != ExportJob.Format.ZIP)
    if request.method == "POST" and wanted == chosen:
        options = {name: name in request.POST for name in requests.OPTIONS}
        try:
            export = requests.request_export(owner=request.user, selection=selection, format=chosen, options=options)
        except UserError as refusal:
            messages.error(request, str(refusal.message))
        else:
            return redirect("export", export.uid)
    return render(request, "lessons/export_new.html", _context(request, subject, selection, chosen))


def _context(request: AuthedRequest, subject: Subject, selection: Selection, chosen: str) -> dict[str, Any]:
    is_deck = chosen != ExportJob.Format.ZIP
    return {
        "subject": subject,
        "selection": selection,
        "chosen": chosen,
        "is_deck": is_deck,
        "findings": findings(selection, is_deck=is_deck),
        "terms": whole_terms(selection.together.conditions) if selection.chosen else [],
        "credits": _credits(selection),
        "size": sum(entry.blob.canonical.size for entry in selection.files),
        "earlier": requests.earlier(owner=request.user, kind=subject.kind, pk=subject.pk),
    }


def _credits(selection: Selection) -> list[dict[str, Any]]:
    """The sources as the credits page lists them, with the number of pages or files of each."""
    rows: dict[int, dict[str, Any]] = {}
    for chosen in selection.chosen:
        row = rows.setdefault(chosen.entry.resource.pk, {"resource": chosen.entry.resource, "count": 0})
        row["count"] += len(chosen.pages) or 1
    return list(rows.values())


@login_required
@require_safe
def export(request: AuthedRequest, uid: uuid.UUID) -> HttpResponse:
    """One export: how far it is, or its result. Works by reloading; a script polls ``panel``."""
    return _page(request, uid, "lessons/export.html")


@login_required
@require_safe
def panel(request: AuthedRequest, uid: uuid.UUID) -> HttpResponse:
    """The part of the page that changes."""
    return _page(request, uid, "lessons/export_panel.html")


def _page(request: AuthedRequest, uid: uuid.UUID, template: str) -> HttpResponse:
    found = _export_or_404(request, uid)
    response = render(request, template, {"export": found, "reason": reason_text(found.reason)})
    add_never_cache_headers(response)
    return response


@login_required
@require_POST
def change(request: AuthedRequest, uid: uuid.UUID) -> HttpResponse:
    """Stop an export, or make it again."""
    found = _export_or_404(request, uid)
    if request.POST.get("do") == "stop":
        requests.cancel(export=found)
    elif request.POST.get("do") == "again":
        requests.try_again(export=found)
    return redirect("export", found.uid)


@login_required
@require_safe
def download(request: AuthedRequest, uid: uuid.UUID) -> HttpResponse:
    """Redirect to the signed URL of the result."""
    found = _export_or_404(request, uid)
    if "MicroMessenger" in request.headers.get("User-Agent", ""):
        # WeChat's browser drops downloads without a message.
        return render(request, "lessons/export_wechat.html", {"export": found})
    try:
        url = requests.download_url(
            export=found,
            who=request.user,
            session_key=request.session.session_key,
            user_agent=request.headers.get("User-Agent", ""),
        )
    except ExportJob.DoesNotExist as error:
        raise Http404 from error
    except UserError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("export", found.uid)
    response = redirect(url)
    add_never_cache_headers(response)
    return response


def _export_or_404(request: AuthedRequest, uid: uuid.UUID) -> ExportJob:
    try:
        return requests.find(owner=request.user, uid=uid)
    except ExportJob.DoesNotExist as error:
        raise Http404 from error


def _subject_or_404(request: HttpRequest, kind: str, pk: int) -> Subject:
    try:
        return load_subject(who=request.user, kind=kind, pk=pk)
    except SubjectMissing as error:
        raise Http404 from error
