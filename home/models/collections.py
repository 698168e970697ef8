"""Collections (选辑): resources that editors chose, ordered and annotated.

The entries are one list with two kinds of row: a resource, or a heading that starts a section. Reasons:
docs/decisions/0018-collection-sections.md.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet

from home.admin.entries import EntriesPanel
from home.collection_contents import contents
from home.models.blocks import TextBlocks
from home.models.validators import check_page_number
from members.viewer import Who
from resources.admin.chooser import resource_chooser
from resources.models import CareDomain, Resource

SLIP = 8
"""Han characters that fit on a cover's title slip."""


class CollectionPageQuerySet(PageQuerySet):
    def with_visible_counts(self, who: Who) -> CollectionPageQuerySet:
        """Annotate ``visible_count``: how many of the collection's resources ``who`` may see."""
        visible = Resource.objects.visible_to(who).order_by().values("pk")
        entries = CollectionEntry.objects.filter(page=OuterRef("pk"), resource__in=visible).order_by().values("page")
        count = entries.annotate(n=Count("resource", distinct=True)).values("n")
        return self.select_related("domain").annotate(visible_count=Coalesce(Subquery(count), 0))


class CollectionIndexPage(Page):
    """The list of all collections; a site has one."""

    say = models.CharField(_("subtitle"), max_length=200, blank=True)

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.CollectionPage"]
    template = "home/collection_index_page.html"
    content_panels = [*Page.content_panels, FieldPanel("say")]

    class Meta:
        verbose_name = _("list of collections")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        collections = CollectionPage.objects.child_of(self).live().public().order_by("path")
        context = super().get_context(request, *args, **kwargs)
        return {**context, "collections": collections.with_visible_counts(request.user)}


class CollectionForm(WagtailAdminPageForm):
    """A draft may lack title and slug, because Wagtail saves by itself while the editor types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        # Page.full_clean() makes a slug of the title.
        self.fields["slug"].required = False

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not title and "action-publish" in self.data:
            raise ValidationError(_("A collection needs a title before it is published."))
        return title or gettext("Untitled collection")

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        return valid and not ("action-publish" in self.data and self._refuse_empty_sections())

    def _refuse_empty_sections(self) -> bool:
        """Mark every section title that no resource follows."""
        rows = [row for row in self.formsets["entries"].ordered_forms if row.cleaned_data]
        empty = [
            row
            for row, below in zip(rows, [*rows, None][1:], strict=True)
            if not row.cleaned_data.get("resource") and not (below and below.cleaned_data.get("resource"))
        ]
        for row in empty:
            row.add_error("heading", _("No resource stands below this title. Add one, or take the title out."))
        return bool(empty)


class CollectionPage(Page):
    say = models.CharField(_("subtitle"), max_length=200, blank=True, help_text=_("One sentence on what is in it."))
    slip = models.CharField(
        _("words on the cover"),
        max_length=20,
        blank=True,
        validators=[MaxLengthValidator(SLIP, _("Up to 8 characters fit on the slip."))],
        help_text=_("Up to 8 Han characters on the cover's slip; without them, the beginning of the title."),
    )
    domain = models.ForeignKey(
        CareDomain,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("care domain"),
        help_text=_("Gives the cover its cloth and mark."),
    )
    compiled_by = models.CharField(_("compiled by"), max_length=100, blank=True, default="联盟编辑部")
    introduction = StreamField(TextBlocks(), verbose_name=_("introduction"), blank=True)

    objects = PageManager.from_queryset(CollectionPageQuerySet)()

    parent_page_types = ["home.CollectionIndexPage"]
    subpage_types: list[str] = []
    template = "home/collection_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("say"),
        MultiFieldPanel([FieldPanel("slip"), FieldPanel("domain"), FieldPanel("compiled_by")], heading=_("Cover")),
        FieldPanel("introduction"),
        EntriesPanel(
            "entries", label=_("Resource"), heading=_("Resources"), chooser_field_name="resource", max_num=120
        ),
    ]
    base_form_class = CollectionForm

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")

    @property
    def shown_slip(self) -> str:
        return self.slip or self.title.split("：")[0][:SLIP]

    @property
    def cloth(self) -> str:
        return self.domain.code if self.domain else "safety"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, "contents": contents(self.entries.all(), who=request.user)}


class CollectionEntry(Orderable):
    """A resource in a collection, or, without one, the heading of a section.

    PROTECT: deleting a resource must not silently change a live page.
    """

    page = ParentalKey(CollectionPage, on_delete=models.CASCADE, related_name="entries")
    resource = models.ForeignKey(
        Resource,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="collection_entries",
        verbose_name=_("resource"),
    )
    number = models.PositiveIntegerField(
        _("page to open"), null=True, blank=True, help_text=_("The slide or page the note is about; empty: the first.")
    )
    note = models.TextField(_("editor's note"), blank=True, max_length=500)
    heading = models.CharField(_("section title"), max_length=60, blank=True)
    heading_note = models.CharField(_("line beside the heading"), max_length=100, blank=True)

    panels = [
        FieldPanel("resource", widget=resource_chooser.widget_class),
        FieldPanel("note", widget=forms.TextInput),
        FieldPanel("number"),
        FieldPanel("heading"),
        FieldPanel("heading_note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("entry of a collection")
        verbose_name_plural = _("entries of a collection")

    def __str__(self) -> str:
        return str(self.resource) if self.resource_id else self.heading

    def clean(self) -> None:
        super().clean()
        if self.resource is not None and self.number is not None:
            check_page_number(self.resource, self.number, field="number")
