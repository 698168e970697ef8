"""The user's lists, and lists that colleagues share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from common.text import parse_id
from lessons.models import ListEntry, ResourceList
from lessons.queries.lists import lines_of, lists_of
from lessons.queries.recent import recent
from lessons.services import lists
from lessons.views.keeping import is_script
from members.requests import AuthedRequest
from resources.models import Resource, UsageKind
from resources.web.workspace.tabs import tabs_for


class NewListForm(forms.Form):
    title = forms.CharField(label=_lazy("Title of the new list"), max_length=100)


class ListForm(forms.ModelForm):
    class Meta:
        model = ResourceList
        fields = ("title", "note", "audience")
        widgets = {"audience": forms.RadioSelect}


class TextForm(forms.Form):
    """The note of an entry, or the words of a heading."""

    text = forms.CharField(label=_lazy("Note"), max_length=500, required=False)


class HeadingForm(forms.Form):
    text = forms.CharField(label=_lazy("Section heading"), max_length=100)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_lists(request: AuthedRequest) -> HttpResponse:
    """The favourites, and what was seen and downloaded last. POST makes a list."""
    form = NewListForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = lists.create_list(who=request.user, title=form.cleaned_data["title"])
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("resource_list", pk=made.pk)
    favourites = lists.favourites_of(request.user)
    deleted = parse_id(request.GET.get("deleted"))
    context = {
        **_context(request, favourites),
        "new_form": form,
        "seen": recent(request.user, UsageKind.VIEW),
        "downloaded": recent(request.user, UsageKind.DOWNLOAD),
        "deleted": ResourceList.objects.filter(owner=request.user, pk=deleted, deleted_at__isnull=False).first()
        if deleted
        else None,
    }
    return render(request, "lessons/my_lists.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resource_list(request: AuthedRequest, pk: int) -> HttpResponse:
    """One list. POST changes its title, its note and who may see it."""
    found = ResourceList.objects.readable_by(request.user).select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.is_favourites:
        return redirect("my_lists")
    is_owner = found.owner_id == request.user.pk
    if not is_owner and request.method == "POST":
        raise Http404
    form = ListForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            lists.edit_list(who=request.user, list_id=pk, **form.cleaned_data)
        except UserError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return redirect("resource_list", pk=pk)
    context = {**_context(request, found), "form": form, "new_form": NewListForm()}
    return render(request, "lessons/list.html", context, status=400 if form.errors else 200)


def _context(request: AuthedRequest, found: ResourceList) -> dict[str, Any]:
    is_owner = found.owner_id == request.user.pk
    lines = lines_of(found, who=request.user, is_owner=is_owner)
    return {
        "list": found,
        "is_owner": is_owner,
        "lines": lines,
        "count": sum(not line.entry.heading for line in lines),
        "shelves": lists_of(request.user),
        "tabs": tabs_for(request, "lists"),
        "absolute_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("resource_list", args=[found.pk]),
    }


@login_required
@require_POST
def change_list(request: AuthedRequest, pk: int) -> HttpResponse:
    """``do``: up:7, down:7, remove:7, edit:7 (an entry); heading; order (of ``entries``); delete; restore."""
    try:
        _change(request, pk)
    except (ResourceList.DoesNotExist, ListEntry.DoesNotExist):
        raise Http404 from None
    except UserError as refusal:
        if is_script(request):
            return JsonResponse(refusal.as_json(), status=refusal.http_status)
        messages.error(request, str(refusal.message))
    if is_script(request):
        return JsonResponse({"saved": True})
    if request.POST.get("do") == "delete":
        return redirect(f"{reverse('my_lists')}?deleted={pk}")
    is_favourites = ResourceList.objects.filter(owner=request.user, pk=pk, is_favourites=True).exists()
    return redirect(reverse("my_lists") if is_favourites else reverse("resource_list", args=[pk]))


STEPS = {"up": -1, "down": 1}


def _change(request: AuthedRequest, pk: int) -> None:
    act, _colon, number = request.POST.get("do", "").partition(":")
    entry = parse_id(number)
    target: dict[str, Any] = {"who": request.user, "list_id": pk}
    if act in STEPS and entry is not None:
        lists.move_entry(**target, entry_id=entry, steps=STEPS[act])
    elif act == "remove" and entry is not None:
        lists.remove_entry(**target, entry_id=entry)
    elif act == "edit" and entry is not None and (form := TextForm(request.POST)).is_valid():
        lists.edit_entry(**target, entry_id=entry, text=form.cleaned_data["text"])
    elif act == "heading" and (heading := HeadingForm(request.POST)).is_valid():
        lists.add_heading(**target, heading=heading.cleaned_data["text"])
    elif act == "order":
        ids = [parse_id(one) for one in request.POST.get("entries", "")[:20_000].split(",")]
        lists.order_entries(**target, entry_ids=[one for one in ids if one is not None])
    elif act == "delete":
        lists.delete_list(**target)
    elif act == "restore":
        lists.restore_list(**target)
    else:
        raise UserError(_("That did not work. Check what you typed."), http_status=400)


@login_required
@require_POST
def add_to_list(request: AuthedRequest) -> HttpResponse:
    """Put a ``resource`` into a ``list``, from its page. ``list`` empty: into a new one of ``title``."""
    pk, wanted = parse_id(request.POST.get("resource")), parse_id(request.POST.get("list"))
    form = NewListForm(request.POST)
    try:
        if wanted is None and not form.is_valid():
            raise UserError(_("Choose a list, or write the title of a new one."), http_status=400)
        if wanted is None:
            wanted = lists.create_list(who=request.user, title=form.cleaned_data["title"]).pk
        lists.add_to_list(who=request.user, list_id=wanted, resource_ids=[pk or 0])
    except (ResourceList.DoesNotExist, Resource.DoesNotExist):
        raise Http404 from None
    except UserError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Added to the list."))
    return redirect("resource", pk=pk) if pk else redirect("my_lists")
