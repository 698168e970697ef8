"""Add pages and files to the current lesson, from any page that shows them."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import UserError
from common.text import parse_id
from lessons.models import Lesson
from lessons.queries.desk import CURRENT, Desk
from lessons.services import lessons, picking
from lessons.views.keeping import is_script, refused, way_back
from members.requests import AuthedRequest
from resources.models import Resource


@login_required
@require_POST
def pick(request: AuthedRequest) -> HttpResponse:
    """``pick`` or ``unpick``: resource, file and page as "7:uid:12"; without page the whole file.

    The first pick makes a lesson.
    """
    source = _source(request.POST.get("pick") or request.POST.get("unpick") or "")
    if source is None:
        raise Http404
    desk = Desk(request)
    try:
        lesson = desk.lesson or lessons.create_lesson(who=request.user, title=_new_title())
        request.session[CURRENT] = lesson.pk
        if "pick" in request.POST:
            picking.pick(who=request.user, lesson_id=lesson.pk, source=source)
        else:
            picking.drop(who=request.user, lesson_id=lesson.pk, source=source)
    except (Resource.DoesNotExist, Lesson.DoesNotExist):
        raise Http404 from None
    except UserError as refusal:
        return refused(request, refusal)
    if not is_script(request):
        return redirect(way_back(request, "my_lessons"))
    bar = render_to_string("lessons/slots/basket.html", {"desk": Desk(request)}, request)
    return JsonResponse({"pressed": "pick" in request.POST, "bar": bar})


@login_required
@require_POST
def choose_lesson(request: AuthedRequest) -> HttpResponse:
    """Make ``lesson`` the one that gets what is picked from now on; empty: a new one."""
    wanted = parse_id(request.POST.get("lesson"))
    try:
        if wanted is None:
            request.session[CURRENT] = lessons.create_lesson(who=request.user, title=_new_title()).pk
        else:
            request.session[CURRENT] = Lesson.objects.changeable_by(request.user).get(pk=wanted).pk
    except Lesson.DoesNotExist:
        raise Http404 from None
    except UserError as refusal:
        return refused(request, refusal)
    return redirect(way_back(request, "my_lessons"))


def _new_title() -> str:
    return _("Lesson of %(day)s") % {"day": timezone.localdate().isoformat()}


def _source(text: str) -> picking.Source | None:
    resource, _colon, rest = text[:100].partition(":")
    uid, _colon, page = rest.partition(":")
    resource_id, number = parse_id(resource), parse_id(page, digits=9)
    try:
        file = uuid.UUID(uid) if uid else None
    except ValueError:
        return None
    if resource_id is None or (page and not number):
        return None
    return picking.Source(resource_id, file, number)
