"""The editing desk opens only to staff with a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from members.viewer import viewer_of


class SecondFactorBeforeCms:
    """Lead editors and administrators without a second factor to its page. The demonstration does not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and request.path.startswith(reverse("wagtailadmin_home")):
            user = request.user
            if user.is_authenticated and viewer_of(user).is_staff and not is_mfa_enabled(user):
                messages.warning(
                    request, _("The editing desk opens once you sign in with a second factor. Set it up here.")
                )
                return redirect("mfa_activate_totp")
        return self.get_response(request)
