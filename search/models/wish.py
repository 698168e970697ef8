"""What readers missed and told the editors."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel


class Wish(models.Model):
    """A reader's words to the editors. ``query``: the search that found nothing; ``user``: empty for visitors."""

    text = models.TextField(_("what is missing"), max_length=500)
    query = models.CharField(_("searched for"), max_length=200, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, verbose_name=_("from")
    )
    created = models.DateTimeField(_("received"), default=timezone.now, db_index=True)
    done = models.BooleanField(_("dealt with"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    panels = [
        FieldPanel("text", read_only=True),
        FieldPanel("query", read_only=True),
        FieldPanel("done"),
        FieldPanel("note"),
    ]

    class Meta:
        verbose_name = _("missing resource")
        verbose_name_plural = _("missing resources")
        ordering = ["done", "-created"]

    def __str__(self) -> str:
        return self.text[:60]
