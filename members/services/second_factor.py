"""The second factor of accounts: what its owner is told, and its removal after a lost phone."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common import audit
from members.models import User
from members.services.notifications import notify


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


@transaction.atomic
def note_change(user: User, *, what: str) -> None:
    """Record a change of the factor or its codes and tell the owner, as a stranger may have made it."""
    audit.record(user, "members.second_factor", user=user, what=what)
    with translation.override("zh-hans"):
        texts = {
            "added": _("A second factor was set up for your account"),
            "removed": _("The second factor of your account was removed"),
            "reset": _("New recovery codes were made for your account"),
        }
        _tell(user, texts[what])


@transaction.atomic
def remove_for(user: User, *, who: User | None) -> None:
    """Remove the second factor and recovery codes of a user. ``who``: None for an operator."""
    Authenticator.objects.filter(user=user).delete()
    audit.record(user, "members.second_factor", user=who, what="removed")
    with translation.override("zh-hans"):
        _tell(user, _("The second factor of your account was removed"))


def _tell(user: User, subject: str) -> None:
    notify(
        user=user,
        key=f"second-factor:{user.pk}:{timezone.now():%Y%m%d%H%M%S%f}",
        subject=subject,
        body=_("If it was not you, change your password at once and tell the alliance."),
        path="/accounts/",
    )
