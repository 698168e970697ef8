"""Views that change one person of a school."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import UserError
from members import policies
from members.models import Membership
from members.requests import AuthedRequest
from members.services import memberships
from resources.publishing import transfer
from resources.web.people.forms import HeirForm, RoleForm
from resources.web.people.page import managed_school


@login_required
@require_POST
def change_role(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    school = managed_school(request, slug)
    form = RoleForm(request.POST, roles=policies.grantable_roles(request.user, school.pk))
    form.is_valid()
    role, seen = form.cleaned_data.get("role", ""), form.cleaned_data.get("seen", "")

    def act() -> str:
        changed = memberships.change_role(who=request.user, school_id=school.pk, user_id=pk, role=role, seen=seen)
        words = {"person": changed.user, "role": changed.get_role_display()}
        return _("%(person)s now has the role: %(role)s") % words

    return _answer(request, slug, act)


@login_required
@require_POST
def leave(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    school = managed_school(request, slug)
    heir, seen = _heir(request, school.pk, pk)

    def act() -> str:
        moved = transfer.end_membership(who=request.user, school_id=school.pk, user_id=pk, seen=seen, to_id=heir)
        done = _("The role has ended. Nothing of the person's work is lost.")
        return f"{done} {_moved(moved)}" if moved else done

    return _answer(request, slug, act)


@login_required
@require_POST
def give_back(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    school = managed_school(request, slug)
    seen = request.POST.get("seen", "")

    def act() -> str:
        back = memberships.reactivate(who=request.user, school_id=school.pk, user_id=pk, seen=seen)
        words = {"person": back.user, "role": back.get_role_display()}
        return _("%(person)s works here again, as: %(role)s") % words

    return _answer(request, slug, act)


@login_required
@require_POST
def hand_over(request: AuthedRequest, slug: str, pk: int) -> HttpResponse:
    school = managed_school(request, slug)
    heir, _seen = _heir(request, school.pk, pk)

    def act() -> str:
        moved = transfer.hand_over_all(who=request.user, school_id=school.pk, from_id=pk, to_id=heir or 0)
        return _moved(moved) if moved else _("There was nothing to hand over: what is being reviewed stays.")

    return _answer(request, slug, act)


def _heir(request: AuthedRequest, school_id: int, user_id: int) -> tuple[int | None, str]:
    form = HeirForm(request.POST, heirs=transfer.heirs(school_id=school_id, user_id=user_id))
    if not form.is_valid():
        # An unknown heir, not none: the work must not stay behind silently.
        return 0, form.cleaned_data.get("seen", "")
    return form.cleaned_data["heir"], form.cleaned_data["seen"]


def _moved(count: int) -> str:
    return ngettext("%(count)s resource was handed over.", "%(count)s resources were handed over.", count) % {
        "count": count
    }


def _answer(request: AuthedRequest, slug: str, act: Callable[[], Any]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Membership.DoesNotExist:
        raise Http404 from None
    except UserError as refusal:
        messages.error(request, refusal.message)
    return redirect("people_of", slug)
