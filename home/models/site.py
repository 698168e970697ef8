"""Settings that editors change: filing numbers and contacts for reports."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    icp_number = models.CharField(
        _("ICP filing number"), max_length=60, blank=True, help_text=_("As issued; shown in the footer.")
    )
    police_number = models.CharField(_("public security filing number"), max_length=60, blank=True)
    police_url = models.URLField(_("address of the public security filing"), blank=True)
    report_email = models.EmailField(
        _("e-mail for reports"),
        blank=True,
        help_text=_("Shown beside the report form, for people who prefer to write."),
    )
    report_phone = models.CharField(_("telephone for reports"), max_length=40, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("icp_number"), FieldPanel("police_number"), FieldPanel("police_url")], _("Filing numbers")
        ),
        MultiFieldPanel([FieldPanel("report_email"), FieldPanel("report_phone")], _("Reports by readers")),
    ]

    class Meta:
        verbose_name = _("site settings")
