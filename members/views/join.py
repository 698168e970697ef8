"""The page behind the link of an invitation: a new person makes an account, a signed-in user joins."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.errors import UserError, within_hourly_limit
from common.form_fields import OneLine
from common.middleware import client_address
from members.models import Invitation
from members.services.joining import accepting
from members.services.joining.tokens import invitation_for

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TRIES_AN_HOUR = 300
"""From one IP address: a whole school may scan the code behind one."""


class NewPersonForm(forms.Form):
    name = OneLine(label=gettext_lazy("Your name"), max_length=100)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters."),
    )


class AddressForm(forms.Form):
    name = OneLine(label=gettext_lazy("Your name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; on POST accept it, or ask for the mail that confirms an address."""
    try:
        invitation = invitation_for(token)
        if request.method == "POST":
            if not within_hourly_limit(f"join:{client_address.get()}", TRIES_AN_HOUR):
                raise accepting.TooManyRequests
            return _accept(request, invitation, token)
        return _page(request, invitation)
    except UserError as refusal:
        return render(request, "account/join_refused.html", {"refusal": refusal}, status=refusal.http_status)


def _accept(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.user.is_authenticated:
        membership = accepting.accept(who=request.user, token=token)
        return _welcome(request, membership.school.label)
    form = _form(invitation, request.POST)
    if form is None:
        raise accepting.HasAccount
    if not form.is_valid():
        return _page(request, invitation, form)
    if not invitation.email:
        accepting.ask_for_mail(token=token, **form.cleaned_data)
        return render(request, "account/join_sent.html", {"email": form.cleaned_data["email"]})
    try:
        user = accepting.accept_as_new(token=token, **form.cleaned_data)
    except ValidationError as error:
        form.add_error("password", error)
        return _page(request, invitation, form)
    login(request, user, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return _welcome(request, invitation.school.label)


def _welcome(request: HttpRequest, school: str) -> HttpResponse:
    messages.success(request, _("You now belong to %(school)s. Welcome!") % {"school": school})
    return redirect("workspace")


def _page(request: HttpRequest, invitation: Invitation, form: forms.Form | None = None) -> HttpResponse:
    context = {
        "invitation": invitation,
        "form": form if form is not None else _form(invitation, None),
        "path": request.path,
        "is_other_address": request.user.is_authenticated and invitation.email not in ("", request.user.email),
    }
    status = HTTPStatus.BAD_REQUEST if form is not None and form.errors else HTTPStatus.OK
    return render(request, "account/join.html", context, status=status)


def _form(invitation: Invitation, data: Any) -> forms.Form | None:
    """The form for a visitor; None if the invited address has an account: its owner signs in."""
    if not invitation.email:
        return AddressForm(data)
    if accepting.has_account(invitation):
        return None
    return NewPersonForm(data, initial={"name": invitation.name})
