"""How often visitors and members searched for what."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class QueryLog(models.Model):
    """How often a query was searched on a day. Holds no user, session, IP address or hour."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Visitors")
        MEMBER = "member", _("People of member schools")

    day = models.DateField(default=timezone.localdate)
    text = models.CharField(_("query"), max_length=100)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    times = models.PositiveIntegerField(_("times"), default=0)
    people = models.PositiveIntegerField(
        _("askers"), default=0, help_text=_("Different people or addresses on this day.")
    )
    found = models.PositiveIntegerField(_("results of the last search"), default=0)

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        ordering = ["-day", "-times"]
        constraints = [models.UniqueConstraint(fields=["day", "text", "audience"], name="query_once_a_day")]
        indexes = [models.Index(fields=["text"], name="query_text")]

    def __str__(self) -> str:
        return f"{self.text} ({self.times})"
