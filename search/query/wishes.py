"""Readers tell the editors what they could not find."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.audit import record
from common.errors import UserError, within_hourly_limit
from common.middleware import client_address
from members.models import User
from members.viewer import Who
from resources.policies import as_viewer
from search.models import Wish

PER_HOUR = 5


class TooManyWishes(UserError):
    """More than ``PER_HOUR`` wishes from one user, or from one IP address without an account."""

    code = "too_many_wishes"
    http_status = 429
    message = _("Several messages came from here within the hour. Please write again later.")


class WishForm(forms.Form):
    """``q``: the search that found nothing."""

    text = forms.CharField(
        label=_("What is missing"),
        help_text=_("Which topic, for which age or course. Please leave out names of children and telephone numbers."),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=2,
        max_length=500,
    )
    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


def send_wish(*, who: Who, text: str, query: str) -> Wish:
    """Store a wish for the editors. Raises TooManyWishes."""
    user_id = as_viewer(who).user_id
    sender = f"user:{user_id}" if user_id is not None else f"address:{client_address.get()}"
    if not within_hourly_limit(f"wish:{sender}", PER_HOUR):
        raise TooManyWishes
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    with transaction.atomic():
        wish = Wish.objects.create(text=text, query=query, user=user)
        record(wish, "search.wished", user=user)
    return wish
