"""The page of a resource, the fragments its viewer loads, its QR code and the report form."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import UserError
from common.page_cache import cached_page, count_with
from common.text import parse_id
from resources.catalogue.cards import main_file
from resources.catalogue.citation import citation
from resources.catalogue.detail import DraftOnly, ResourceDetail, Withdrawn, files_of_draft, load_resource
from resources.catalogue.json_ld import json_ld
from resources.catalogue.licence_terms import licence_terms, why_no_download
from resources.catalogue.metadata import metadata_rows
from resources.catalogue.viewer import ViewerState, build_viewer
from resources.delivery import usage
from resources.models import Resource, UsageKind
from resources.publishing import abuse_reports
from resources.publishing.files.relations import related_resources
from resources.web.forms import ReportForm

VIEWER_PARAMETERS = ("v", "f", "p", "q", "at", "strip")
"""What the page and the viewer read of the query string."""


def _count_view(request: HttpRequest, pk: int) -> None:
    usage.note_use(
        resource_id=pk,
        kind=UsageKind.VIEW,
        who=request.user,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )


@require_safe
@cached_page(parameters=VIEWER_PARAMETERS, count=_count_view)
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """A published resource. A withdrawn one answers 410; one with only a draft redirects there."""
    try:
        detail = _load_version(request, pk)
    except Withdrawn as withdrawn:
        return render(request, "resources/resource_gone.html", {"resource": withdrawn.resource}, status=410)
    except DraftOnly:
        return redirect("draft", pk=pk)
    url = _absolute_url(pk)
    context = {
        "detail": detail,
        "resource": detail.content,
        "school": detail.resource.school,
        "viewer_state": _viewer(request, detail),
        "main_file": main_file(detail.files),
        "related": related_resources(who=request.user, resource=detail.resource),
        "metadata_rows": metadata_rows(detail.content),
        "licence_terms": licence_terms(detail.terms_source),
        "why_no_download": "" if detail.may_download else why_no_download(detail.terms_source, who=request.user),
        "absolute_url": url,
        "citation": citation(detail.content, version=detail.version, url=url),
        "json_ld": json_ld(detail.content, detail.files, version=detail.version, url=url),
    }
    return count_with(render(request, "resources/resource.html", context), pk)


@require_safe
@cached_page(parameters=(*VIEWER_PARAMETERS, "revision"))
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for the viewer: page ``p``, or the part of the strip from ``at``.

    With ``revision``, of a draft.
    """
    revision = request.GET.get("revision", "")
    viewer_state = _draft_viewer(request, pk, parse_id(revision)) if revision else _public_viewer(request, pk)
    template = "resources/viewer_strip.html" if "at" in request.GET else "resources/viewer_page.html"
    response = render(request, template, {"viewer_state": viewer_state})
    # Users turn pages back and forth within seconds; the image URLs in it stay valid for an hour.
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_safe
@cached_page()
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's URL as a QR code, drawn here so that no other host learns what is shared."""
    _load_or_404(request, pk)
    code = segno.make(_absolute_url(pk), error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000")
    response = HttpResponse(
        code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )
    patch_cache_control(response, private=True, max_age=3600)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a problem with a resource to the editors. Needs no account."""
    detail = _load_or_404(request, pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            abuse_reports.report(resource=detail.resource, who=request.user, **form.cleaned_data)
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Reported. The alliance's editors have been notified and will look into it."))
            return HttpResponseRedirect(detail.resource.get_absolute_url())
    return render(
        request,
        "resources/resource_report.html",
        {"form": form, "resource": detail.resource},
        status=400 if form.errors else 200,
    )


def _load_version(request: HttpRequest, pk: int) -> ResourceDetail:
    number = request.GET.get("v", "")
    version = parse_id(number)
    if number and version is None:
        raise Http404
    try:
        return load_resource(who=request.user, resource_id=pk, version=version)
    except Resource.DoesNotExist:
        raise Http404 from None


def _load_or_404(request: HttpRequest, pk: int) -> ResourceDetail:
    try:
        return load_resource(who=request.user, resource_id=pk)
    except (Resource.DoesNotExist, Withdrawn, DraftOnly):
        raise Http404 from None


def _viewer(request: HttpRequest, detail: ResourceDetail) -> ViewerState:
    pk = detail.resource.pk
    return build_viewer(
        detail.files,
        request.GET,
        page_url=reverse("resource", args=[pk]),
        fragment_url=reverse("resource_pages", args=[pk]),
        who=request.user,
        indexed_resource=pk if detail.is_latest else None,
        link_parameters=detail.link_parameters,
        resource_id=pk,
    )


def _public_viewer(request: HttpRequest, pk: int) -> ViewerState:
    try:
        return _viewer(request, _load_version(request, pk))
    except (Withdrawn, DraftOnly):
        raise Http404 from None


def _draft_viewer(request: HttpRequest, pk: int, revision_id: int | None) -> ViewerState:
    if revision_id is None:
        raise Http404
    try:
        files = files_of_draft(who=request.user, resource_id=pk, revision_id=revision_id)
    except Resource.DoesNotExist:
        raise Http404 from None
    return build_viewer(
        files,
        request.GET,
        page_url=reverse("resource", args=[pk]),
        fragment_url=reverse("resource_pages", args=[pk]),
        who=request.user,
        link_parameters={"revision": str(revision_id)},
    )


def _absolute_url(pk: int) -> str:
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("resource", args=[pk])
