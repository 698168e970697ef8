"""The page of a resource, the fragments its viewer fetches, its QR code and the report form."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.text import parse_id
from members.viewer import viewer_of
from resources.catalogue import metadata, viewer
from resources.catalogue.cards import main_file
from resources.catalogue.detail import DraftOnly, Gone, Reading, files_of_draft, read
from resources.delivery import usage
from resources.models import Resource, UsageKind
from resources.publishing import abuse_reports
from resources.web.forms import ReportForm


def _open(request: HttpRequest, pk: int) -> Reading:
    number = request.GET.get("v", "")
    version = parse_id(number)
    if number and version is None:
        raise Http404
    try:
        return read(who=request.user, resource_id=pk, version=version)
    except Resource.DoesNotExist:
        raise Http404 from None


def _view_of(request: HttpRequest, reading: Reading) -> viewer.Viewing:
    pk = reading.resource.pk
    return viewer.view(
        reading.files,
        request.GET,
        page_address=reverse("resource", args=[pk]),
        fragment_address=reverse("resource_pages", args=[pk]),
        who=request.user,
        indexed_resource=pk if reading.is_latest else None,
        keep=reading.keep,
    )


@require_safe
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """The published resource. Withdrawn ones leave a page that says so; people who may see its draft are sent there."""
    try:
        reading = _open(request, pk)
    except Gone as gone:
        return render(request, "resources/resource_gone.html", {"resource": gone.resource}, status=410)
    except DraftOnly:
        return redirect("draft", pk=pk)
    usage.count(
        resource=reading.resource,
        kind=UsageKind.VIEW,
        who=request.user,
        session_key=request.session.session_key or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
    address = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("resource", args=[pk])
    context: dict[str, Any] = {
        "reading": reading,
        "resource": reading.content,
        "school": reading.resource.school,
        "viewing": _view_of(request, reading),
        "main_file": main_file(reading.files),
        "facts": metadata.facts(reading.content),
        "allowances": metadata.allowances(reading.terms),
        "address": address,
        "citation": metadata.citation(reading.content, version=reading.version, address=address),
        "json_ld": metadata.json_ld(reading.content, reading.files, version=reading.version, address=address),
    }
    if not reading.may_download:
        member = viewer_of(request.user).is_member
        context["why_no_download"] = metadata.why_no_download(reading.terms, is_member=member)
    return render(request, "resources/resource.html", context)


@require_safe
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """A fragment for the viewer: the page ``p``, or with ``at`` the piece of the strip that starts there.

    ``revision``: of a draft, for those who may see it.
    """
    revision = request.GET.get("revision", "")
    if revision:
        revision_id = parse_id(revision)
        if revision_id is None:
            raise Http404
        try:
            files = files_of_draft(who=request.user, resource_id=pk, revision_id=revision_id)
        except Resource.DoesNotExist:
            raise Http404 from None
        shown = viewer.view(
            files,
            request.GET,
            page_address=reverse("resource", args=[pk]),
            fragment_address=reverse("resource_pages", args=[pk]),
            who=request.user,
            keep={"revision": revision},
        )
    else:
        try:
            shown = _view_of(request, _open(request, pk))
        except (Gone, DraftOnly):
            raise Http404 from None
    template = "resources/viewer_strip.html" if "at" in request.GET else "resources/viewer_page.html"
    response = render(request, template, {"viewing": shown})
    # Turning back and forth asks again within seconds; picture addresses in it stay valid for an hour.
    patch_cache_control(response, private=True, max_age=300)
    return response


@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of the page as a QR code: drawn here, because no other host may learn what is shared."""
    try:
        read(who=request.user, resource_id=pk)
    except (Resource.DoesNotExist, Gone, DraftOnly):
        raise Http404 from None
    address = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("resource", args=[pk])
    code = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000")
    response = HttpResponse(
        code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1), content_type="image/svg+xml"
    )
    patch_cache_control(response, private=True, max_age=3600)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the editors that something is wrong with a resource. Needs no account."""
    try:
        reading = read(who=request.user, resource_id=pk)
    except (Resource.DoesNotExist, Gone, DraftOnly):
        raise Http404 from None
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            abuse_reports.report(resource=reading.resource, who=request.user, **form.cleaned_data)
        except abuse_reports.TooMany:
            form.add_error(
                None, _("Several reports came from here within the hour. Please write again later, or by e-mail.")
            )
        else:
            messages.success(request, _("Reported. The alliance's editors have been told and will look at it."))
            return HttpResponseRedirect(reading.resource.get_absolute_url())
    return render(
        request,
        "resources/resource_report.html",
        {"form": form, "resource": reading.resource},
        status=400 if form.errors else 200,
    )
