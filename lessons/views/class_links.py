"""The teacher's side of class links: open one, print its card, change its end, stop it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import UserError
from common.text import parse_id
from lessons.models import ClassLink
from lessons.models.class_link import hashed
from lessons.queries.class_pages import slides_of, viewer_with
from lessons.services import class_links as services
from members.requests import AuthedRequest

KINDS = ("lesson", "list", "resource")
LONGEST = timedelta(days=366)


class EndForm(forms.Form):
    until = forms.DateField(
        label=_lazy("Shown until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= until <= today + LONGEST:
            raise forms.ValidationError(_("Choose a day from today to one year from now."))
        return until


class LinkForm(EndForm):
    audience = forms.CharField(
        label=_lazy("Class"), max_length=100, help_text=_lazy("Students see it. The name of the class is enough.")
    )
    field_order = ("audience", "until")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def class_links(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """The links to one lesson, list or resource, with the card of the newest open one or of ``?show=7``."""
    try:
        if kind not in KINDS:
            raise Http404
        target = services.target_of(request.user, kind, pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    week = timezone.localdate() + timedelta(days=7)
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"until": week})
    if form.is_valid():
        try:
            made = services.open_link(
                who=request.user,
                kind=kind,
                pk=pk,
                audience=form.cleaned_data["audience"],
                expires=_end_of(form.cleaned_data["until"]),
            )
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect(f"{reverse('class_links', args=[kind, pk])}?show={made.pk}")
    links = list(services.links_to(request.user, kind, target))
    wanted = parse_id(request.GET.get("show"))
    running = [link for link in links if not link.is_over and hashed(link.token) == link.token_hash]
    card = next((link for link in running if link.pk == wanted), running[0] if running else None)
    context: dict[str, Any] = {
        "kind": kind,
        "target": target,
        "target_url": reverse("lesson", args=[pk]) if kind == "lesson" else "",
        "form": form,
        "class_links": links,
        "card": card,
        "card_url": _address(card) if card else "",
        "card_pages": len(slides_of(card, viewer_with(card))) if card else 0,
    }
    return render(request, "lessons/class_links.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def change_link(request: AuthedRequest, pk: int) -> HttpResponse:
    """``do=stop``, or ``until``: another last day."""
    link = get_object_or_404(ClassLink, owner=request.user, pk=pk)
    if request.POST.get("do") == "stop":
        services.stop_link(who=request.user, link_id=pk)
    elif (form := EndForm(request.POST)).is_valid():
        services.extend_link(who=request.user, link_id=pk, expires=_end_of(form.cleaned_data["until"]))
    else:
        messages.error(request, _("Choose a day from today to one year from now."))
    kind = "lesson" if link.lesson_id else "list" if link.resource_list_id else "resource"
    return redirect("class_links", kind=kind, pk=link.lesson_id or link.resource_list_id or link.resource_id)


@login_required
@require_safe
def qr(request: AuthedRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(ClassLink, owner=request.user, pk=pk)
    code = segno.make(_address(link), error="m").svg_inline(scale=4, border=4, light="#fff", dark="#000")
    svg = code.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


def _address(link: ClassLink) -> str:
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("class_page", args=[link.token])


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
