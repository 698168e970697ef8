"""Settings that editors change: filing numbers, contacts for reports, and the banner above the header."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from common.text import is_chinese

MAY_CHANGE_BANNER = "home.change_site_banner"


@dataclass(frozen=True, slots=True)
class Banner:
    """``language``: the ``lang`` of the text if it differs from the page's. ``url`` may be empty."""

    text: str
    language: str
    url: str


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
    banner_text = models.CharField(
        _("text of the banner"),
        max_length=120,
        blank=True,
        db_default="",
        help_text=_("One sentence, shown above the header of every page. Without a text there is no banner."),
    )
    banner_text_en = models.CharField(_("English text of the banner"), max_length=240, blank=True, db_default="")
    banner_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page with more"),
        help_text=_("The banner links to it, for example to a news page."),
    )
    banner_starts = models.DateTimeField(_("shown from"), null=True, blank=True, help_text=_("Empty: at once."))
    banner_ends = models.DateTimeField(_("shown until"), null=True, blank=True, help_text=_("Empty: until you end it."))

    select_related = ["banner_page"]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("banner_text", permission=MAY_CHANGE_BANNER),
                FieldPanel("banner_text_en", permission=MAY_CHANGE_BANNER),
                FieldPanel("banner_page", permission=MAY_CHANGE_BANNER),
                FieldRowPanel(
                    [
                        FieldPanel("banner_starts", permission=MAY_CHANGE_BANNER),
                        FieldPanel("banner_ends", permission=MAY_CHANGE_BANNER),
                    ]
                ),
            ],
            _("Banner"),
            permission=MAY_CHANGE_BANNER,
        ),
        MultiFieldPanel(
            [FieldPanel("icp_number"), FieldPanel("police_number"), FieldPanel("police_url")], _("Filing numbers")
        ),
        MultiFieldPanel([FieldPanel("report_email"), FieldPanel("report_phone")], _("Reports by readers")),
    ]

    class Meta:
        verbose_name = _("site settings")
        permissions = [("change_site_banner", "Can change the banner above the header")]

    def clean(self) -> None:
        super().clean()
        if self.banner_starts and self.banner_ends and self.banner_ends <= self.banner_starts:
            raise ValidationError({"banner_ends": _("The end lies before the start.")})

    @classmethod
    def next_banner_change(cls, now: datetime) -> datetime | None:
        """When the next banner appears or ends by itself."""
        moments = [moment for row in cls.objects.values_list("banner_starts", "banner_ends") for moment in row]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    @property
    def banner(self) -> Banner | None:
        """The banner of this moment. Pages are kept until then at most, so it comes and goes on time."""
        now = timezone.now()
        early = self.banner_starts is not None and now < self.banner_starts
        late = self.banner_ends is not None and now >= self.banner_ends
        if not self.banner_text or early or late:
            return None
        english = not is_chinese()
        page = self.banner_page
        return Banner(
            text=self.banner_text_en if english and self.banner_text_en else self.banner_text,
            language="zh-Hans" if english and not self.banner_text_en else "",
            url=self.get_page_url("banner_page") if page is not None and page.live else "",
        )
