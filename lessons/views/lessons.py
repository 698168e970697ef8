"""The user's lessons, and the page on which one is put together."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import UserError
from common.text import parse_id
from lessons.models import Lesson
from lessons.queries.desk import CURRENT, desk_of
from lessons.queries.lessons import lessons_of, parts_of
from lessons.services import lessons
from members.requests import AuthedRequest
from resources.models import Level
from resources.web.workspace.tabs import tabs_for


class NewLessonForm(forms.Form):
    title = forms.CharField(label=_lazy("Title of the new lesson"), max_length=200)


class DetailsForm(forms.Form):
    title = forms.CharField(label=_lazy("Title"), max_length=200)
    course = forms.CharField(label=_lazy("Course and class"), max_length=200, required=False)
    level = forms.ModelChoiceField(Level.objects.all(), label=_lazy("Level"), required=False)
    minutes = forms.IntegerField(label=_lazy("Minutes in all"), min_value=1, max_value=1000, required=False)
    before = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)


class ShareForm(forms.Form):
    email = forms.EmailField(label=_lazy("E-mail address of the colleague"), max_length=254)
    may_edit = forms.BooleanField(label=_lazy("May edit it too"), required=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_lessons(request: AuthedRequest) -> HttpResponse:
    """Own lessons and those shared with the user. POST makes one."""
    form = NewLessonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = lessons.create_lesson(who=request.user, title=form.cleaned_data["title"])
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            request.session[CURRENT] = made.pk
            return redirect("lesson", pk=made.pk)
    deleted = parse_id(request.GET.get("deleted"))
    context = {
        "lessons": lessons_of(request.user),
        "form": form,
        "deleted": Lesson.objects.filter(owner=request.user, pk=deleted, deleted_at__isnull=False).first()
        if deleted
        else None,
        "tabs": tabs_for(request, "lessons"),
    }
    return render(request, "lessons/my_lessons.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def lesson(request: AuthedRequest, pk: int) -> HttpResponse:
    return render(request, "lessons/lesson.html", lesson_context(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_details(request: AuthedRequest, pk: int) -> HttpResponse:
    """Title, course, level and minutes; for the owner also who shares the lesson."""
    context = lesson_context(request, pk)
    found: Lesson = context["lesson"]
    if not context["may_edit"]:
        raise Http404
    stored = {"title": found.title, "course": found.course, "level": found.level_id, "minutes": found.minutes}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial={**stored, "before": found.title})
    if form.is_valid():
        try:
            lessons.edit_details(who=request.user, lesson_id=pk, **form.cleaned_data)
        except UserError as refusal:
            form.add_error("title", f"{refusal.message} {found.title}")
            return render(request, "lessons/details.html", {**context, "form": form}, status=refusal.http_status)
        messages.success(request, _("Saved."))
        return redirect("lesson", pk=pk)
    status = 400 if form.errors else 200
    return render(request, "lessons/details.html", {**context, "form": form, "share_form": ShareForm()}, status=status)


@login_required
@require_http_methods(["POST"])
def share_lesson(request: AuthedRequest, pk: int) -> HttpResponse:
    """Share with ``email``, or stop the share with the id ``end``."""
    end = parse_id(request.POST.get("end"))
    form = ShareForm(request.POST)
    try:
        if end is not None:
            lessons.stop_sharing(who=request.user, lesson_id=pk, share_id=end)
        elif form.is_valid():
            lessons.share(who=request.user, lesson_id=pk, **form.cleaned_data)
            messages.success(request, _("Shared. Your colleague has been told."))
        else:
            raise UserError(_("Write the e-mail address of a colleague."))
    except (Lesson.DoesNotExist, lessons.LessonShare.DoesNotExist):
        raise Http404 from None
    except UserError as refusal:
        messages.error(request, str(refusal.message))
    return redirect(reverse("lesson_details", args=[pk]))


def lesson_context(request: AuthedRequest, pk: int) -> dict[str, Any]:
    found = lessons_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    is_owner = found.owner_id == request.user.pk
    parts = parts_of(found, who=request.user)
    leaves = [leaf for part in parts for leaf in part.leaves]
    desk = desk_of({"request": request})
    return {
        "lesson": found,
        "is_owner": is_owner,
        "may_edit": is_owner or Lesson.objects.changeable_by(request.user).filter(pk=pk).exists(),
        "parts": parts,
        "page_count": sum(not leaf.is_note for leaf in leaves),
        "minute_count": sum(leaf.item.minutes or 0 for leaf in leaves),
        "out_count": sum(leaf.stays_out or bool(leaf.gone) for leaf in leaves),
        "shares": found.shares.select_related("user") if is_owner else (),
        "is_current": desk is not None and desk.lesson is not None and desk.lesson.pk == pk,
        "tabs": tabs_for(request, "lessons"),
    }
