"""The user's own account page: sign-in, roles, notices."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from members.models import Membership
from members.requests import AuthedRequest
from members.roles import REVIEWING
from members.services import second_factor
from members.viewer import viewer_of


def to_account(request: HttpRequest) -> HttpResponse:
    return redirect("account")


@login_required
@require_safe
def account(request: AuthedRequest) -> HttpResponse:
    memberships = Membership.objects.in_force().filter(user=request.user).select_related("school")
    context = {
        "memberships": memberships,
        "viewer": viewer_of(request.user),
        "reviewing": REVIEWING,
        "second_factor": second_factor.has_second_factor(request.user),
        "second_factor_required": settings.SECOND_FACTOR_REQUIRED,
    }
    return render(request, "account/account.html", context)
