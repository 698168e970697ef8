"""Screens of the Wagtail admin: vocabularies, and a list of all resources.

Resource is no snippet on purpose: a custom permission policy does not protect snippets
(docs/decisions/0008-resource-is-no-snippet.md). The list only leads to our own pages, which check every action.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from members.models import School
from resources import models
from resources.admin.columns import YesNoColumn
from resources.models import Resource
from resources.policies import Action


def _vocabulary(shown: type[models.VocabularyTerm], symbol: str, extra: tuple[str, ...] = ()) -> ModelViewSet:
    """The screens of one vocabulary. Codes are fixed: old revisions, imports and feeds refer to them."""

    class VocabularyViewSet(ModelViewSet):
        model = shown
        icon = symbol
        menu_label = shown._meta.verbose_name_plural
        list_display = ["label_zh", "label_en", "code", YesNoColumn("active", label=_("May be chosen"))]
        list_filter = ["active"]
        search_fields = ["code", "label_zh", "label_en", "alternative_labels"]
        copy_view_enabled = False
        add_to_reference_index = False
        form_fields = ["code", "label_zh", "label_en", "alternative_labels", *extra, "position", "active"]

        def get_form_class(self, for_update: bool = False) -> Any:
            form_class = super().get_form_class(for_update)
            if not for_update:
                return form_class
            return type(form_class.__name__, (FixedCode, form_class), {"Meta": form_class.Meta})

    return VocabularyViewSet(
        f"vocabulary_{shown._meta.model_name}", url_prefix=f"vocabularies/{shown._meta.model_name}"
    )


class FixedCode:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = True  # type: ignore[attr-defined]


class VocabularyGroup(ModelViewSetGroup):
    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 310
    items = (
        _vocabulary(models.ResourceType, "doc-full"),
        _vocabulary(models.Granularity, "grip"),
        _vocabulary(models.Level, "list-ol"),
        _vocabulary(models.Programme, "folder-open-1", ("official_code", "catalogue", "level")),
        _vocabulary(models.CourseUnit, "folder-inverse", ("kind", "parent")),
        _vocabulary(models.Audience, "group"),
        _vocabulary(models.AgeBand, "calendar", ("min_months", "max_months")),
        _vocabulary(models.CareDomain, "success"),
        _vocabulary(models.Licence, "key", ("download", "adapt", "url", "statement")),
    )


class ResourceFilters(WagtailFilterSet):
    school = django_filters.ModelChoiceFilter(queryset=School.objects.all(), label=_("School"))
    withdrawn = django_filters.BooleanFilter(
        field_name="withdrawn_at", lookup_expr="isnull", exclude=True, label=_("Withdrawn")
    )

    class Meta:
        model = Resource
        fields = ["live", "visibility", "school", "resource_type"]


class ResourceIndex(generic.IndexView):
    model = Resource
    page_title = _("Resources")
    header_icon = "doc-full"
    search_fields = ["title", "creators", "description"]
    is_searchable = True
    filterset_class = ResourceFilters
    default_ordering = "-pk"
    any_permission_required = ["view"]
    add_url_name = None
    columns = [
        TitleColumn("title", label=_("Title"), get_url=lambda resource: reverse("draft", args=[resource.pk])),
        Column("school", label=_("School"), accessor="school.label"),
        Column("contributor", label=_("Contributor")),
        Column("visibility", label=_("Visible to"), accessor="get_visibility_display"),
        YesNoColumn("live", label=_("Published"), sort_key="live"),
        DateColumn("last_published_at", label=_("Last published"), sort_key="last_published_at"),
    ]

    def get_base_queryset(self) -> Any:
        return Resource.objects.allowing(self.request.user, Action.SEE_DRAFT).select_related("school", "contributor")


class ResourceViewSet(ViewSet):
    """Only a list: users edit, review and withdraw on our own pages."""

    icon = "doc-full"

    def get_urlpatterns(self) -> list[Any]:
        index = self.construct_view(ResourceIndex, **self._kwargs())
        results = self.construct_view(ResourceIndex, **self._kwargs(), results_only=True)
        return [path("", index, name="index"), path("results/", results, name="index_results")]

    def _kwargs(self) -> dict[str, Any]:
        return {
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
        }
