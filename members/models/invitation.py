"""Invitations to a school: one for an e-mail address, or a link that several people may use."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.school import School
from members.roles import Role

LIFETIME = timedelta(days=7)
"""How long an invitation to one address can be accepted."""


def new_seed() -> str:
    return secrets.token_urlsafe(16)


def end_of_invitation() -> object:
    return timezone.now() + LIFETIME


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def links(self) -> InvitationQuerySet:
        return self.filter(email="")

    def personal(self) -> InvitationQuerySet:
        return self.exclude(email="")

    def unfinished(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; they may have expired."""
        return self.filter(withdrawn_at=None, uses__lt=F("max_uses"))


class Invitation(models.Model):
    """``email``: empty for a link. ``seed``: the token is signed from it (``services/joining/tokens.py``).

    ``link``: the link that its address was entered at, if no manager named the address.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="invitations", verbose_name=_("school"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.TEACHER)
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    seed = models.CharField(max_length=40, unique=True, default=new_seed, editable=False)
    link = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="requests")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations")
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(default=end_of_invitation)
    max_uses = models.PositiveSmallIntegerField(default=1)
    uses = models.PositiveSmallIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created"]
        constraints = [
            models.CheckConstraint(condition=Q(uses__lte=F("max_uses")), name="invitation_not_used_too_often"),
            models.UniqueConstraint(
                fields=["school", "email"],
                condition=~Q(email="") & Q(withdrawn_at=None, uses=0),
                name="one_open_invitation_per_address",
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(email="", withdrawn_at=None), name="one_link_per_school"
            ),
        ]

    def __str__(self) -> str:
        return self.email or f"{self.school.label}, {self.get_role_display()}"

    @property
    def is_expired(self) -> bool:
        return self.expires <= timezone.now()

    @property
    def is_used_up(self) -> bool:
        return self.uses >= self.max_uses

    @property
    def days_left(self) -> int:
        return max(0, (self.expires - timezone.now()).days)
