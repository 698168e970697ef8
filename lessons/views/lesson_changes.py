"""The one address to which all buttons and fields of a lesson's page are sent, by form or by script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import UserError
from common.text import parse_id
from lessons.models import Lesson
from lessons.services import lessons
from lessons.views.keeping import is_script
from members.requests import AuthedRequest

STEPS = {"up": -1, "down": 1}


class TextForm(forms.Form):
    text = forms.CharField(max_length=4000, required=False)
    before = forms.CharField(max_length=4000, required=False)


class HeadingForm(forms.Form):
    text = forms.CharField(max_length=200, required=False)
    before = forms.CharField(max_length=200, required=False)


class MinutesForm(forms.Form):
    text = forms.IntegerField(min_value=0, max_value=1000, required=False)


@login_required
@require_POST
def change_lesson(request: AuthedRequest, pk: int) -> HttpResponse:
    """``do``: what, with the id of an item or part: note:7, minutes:7, up:7, remove:7, order:3, part_up:3.

    409 with both texts if someone else changed the words meanwhile.
    """
    try:
        version = _change(request, pk)
    except ObjectDoesNotExist:
        raise Http404 from None
    except lessons.ChangedMeanwhile as conflict:
        return _conflict(request, pk, conflict)
    except UserError as refusal:
        if is_script(request):
            return JsonResponse(refusal.as_json(), status=refusal.http_status)
        messages.error(request, str(refusal.message))
        return redirect("lesson", pk=pk)
    if is_script(request):
        return JsonResponse({"saved": True, "version": version})
    act = request.POST.get("do")
    if act == "delete":
        return redirect(f"{reverse('my_lessons')}?deleted={pk}")
    if act == "copy":
        return redirect("lesson", pk=version)
    moved = parse_id((act or "").partition(":")[2]) if (act or "").startswith(("up:", "down:")) else None
    return redirect(reverse("lesson", args=[pk]) + (f"#item-{moved}" if moved else ""))


def _change(request: AuthedRequest, pk: int) -> int | None:
    act, _colon, number = request.POST.get("do", "").partition(":")
    target: dict[str, Any] = {"who": request.user, "lesson_id": pk}
    if act == "delete":
        lessons.delete_lesson(**target)
    elif act == "restore":
        lessons.restore_lesson(**target)
    elif act == "copy":
        return lessons.duplicate(**target).pk
    elif act == "part":
        lessons.add_part(**target, title=_valid(HeadingForm(request.POST))["text"])
    elif (chosen := parse_id(number)) is None:
        raise UserError(_("That did not work. Check what you typed."), http_status=400)
    elif act.startswith("part_"):
        return _change_part(request, act, {**target, "part_id": chosen})
    elif act in ("order", "add_note"):
        return _fill_part(request, act, {**target, "part_id": chosen})
    else:
        return _change_item(request, act, {**target, "item_id": chosen})
    return None


def _change_part(request: AuthedRequest, act: str, target: dict[str, Any]) -> int | None:
    step = STEPS.get(act.removeprefix("part_"))
    if step is not None:
        lessons.move_part(**target, steps=step)
    elif act == "part_title":
        form = _valid(HeadingForm(request.POST))
        return lessons.rename_part(**target, before=form["before"], title=form["text"])
    elif act == "part_remove":
        lessons.remove_part(**target)
    else:
        raise Lesson.DoesNotExist
    return None


def _fill_part(request: AuthedRequest, act: str, target: dict[str, Any]) -> int | None:
    if act == "order":
        ids = [parse_id(one) for one in request.POST.get("entries", "")[:20_000].split(",")]
        version = parse_id(request.POST.get("version"), digits=9) or 0
        return lessons.order_part(**target, item_ids=[one for one in ids if one is not None], version=version)
    if text := _valid(TextForm(request.POST))["text"].strip():
        lessons.add_note(**target, text=text)
    return None


def _change_item(request: AuthedRequest, act: str, target: dict[str, Any]) -> int | None:
    if act in STEPS:
        lessons.move_item(**target, steps=STEPS[act])
    elif act == "remove":
        lessons.remove_item(**target)
    elif act == "note":
        form = _valid(TextForm(request.POST))
        return lessons.edit_note(**target, before=_lines(form["before"]), text=_lines(form["text"]))
    elif act == "minutes":
        return lessons.edit_minutes(**target, minutes=_valid(MinutesForm(request.POST))["text"] or None)
    else:
        raise Lesson.DoesNotExist
    return None


def _valid(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise UserError(_("That did not work. Check what you typed."), http_status=400)
    return form.cleaned_data


def _lines(text: str) -> str:
    """Browsers send line ends as two characters."""
    return text.replace("\r\n", "\n").strip()


def _conflict(request: AuthedRequest, pk: int, conflict: lessons.ChangedMeanwhile) -> HttpResponse:
    if is_script(request):
        answer = {**conflict.as_json(), "mine": conflict.mine, "theirs": conflict.theirs}
        return JsonResponse(answer, status=conflict.http_status)
    context = {"lesson_id": pk, "do": request.POST.get("do", ""), "conflict": conflict}
    return render(request, "lessons/conflict.html", context, status=conflict.http_status)
