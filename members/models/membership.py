"""Memberships: which user works at which school, in which role."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.school import School
from members.roles import REVIEWING, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> MembershipQuerySet:
        """Active memberships of active users in active schools. Only these grant anything."""
        return self.filter(active=True, user__is_active=True, school__state=School.State.ACTIVE)

    def reviewing(self) -> MembershipQuerySet:
        return self.in_force().filter(role__in=REVIEWING)


class Membership(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships", verbose_name=_("school"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.TEACHER)
    active = models.BooleanField(_("active"), default=True)
    since = models.DateField(_("since"), default=timezone.localdate)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["school", "user"]
        constraints = [models.UniqueConstraint(fields=["user", "school", "role"], name="membership_once_per_role")]

    def __str__(self) -> str:
        return f"{self.user}, {self.school.label}, {self.get_role_display()}"
