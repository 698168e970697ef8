"""The dialog in which editors choose published resources for collections and pages.

Wagtail's own views have no search box for models outside its search index and also offer drafts (seen in 8.0.1).
Every view here offers published resources only.
"""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from common.text import parse_id
from members.models import School
from resources.catalogue.cards import cards
from resources.models import CareDomain, Resource, ResourceType
from resources.querysets import ResourceQuerySet

MOST_WORDS = 8


class ResourceFilterForm(BaseFilterForm):
    q = forms.CharField(label=_("Words of the title, author, school, or the number"), required=False, max_length=200)
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.all(), required=False, empty_label=_("Any")
    )
    resource_type = forms.ModelChoiceField(
        label=_("Type"), queryset=ResourceType.objects.all(), required=False, empty_label=_("Any")
    )
    domain = forms.ModelChoiceField(
        label=_("Care domain"), queryset=CareDomain.objects.all(), required=False, empty_label=_("Any")
    )

    def filter(self, objects: ResourceQuerySet) -> ResourceQuerySet:
        objects = super().filter(objects)
        given = self.cleaned_data
        if given["school"]:
            objects = objects.filter(school=given["school"])
        if given["resource_type"]:
            objects = objects.filter(resource_type=given["resource_type"])
        if given["domain"]:
            objects = objects.filter(care_domains=given["domain"])
        words = given["q"].split()[:MOST_WORDS]
        if words:
            self.is_searching, self.search_query = True, given["q"]
            objects = objects.filter(reduce(and_, (_contains(word) for word in words)))
        return objects


def _contains(word: str) -> Q:
    anywhere = Q(title__icontains=word) | Q(subtitle__icontains=word) | Q(creators__icontains=word)
    anywhere |= Q(school__name__icontains=word)
    if (number := parse_id(word)) is not None:
        anywhere |= Q(pk=number)
    return anywhere


def choosable() -> ResourceQuerySet:
    return Resource.objects.published().select_related("school", "resource_type").newest_first()


class PictureColumn(Column):
    """The cover of a resource, from the ``card`` that the view gives each row."""

    cell_template_name = "resources/admin/picture_cell.html"


class PublishedResources:
    """The rows and columns of the list, and its filter form."""

    filter_form_class = ResourceFilterForm

    def get_object_list(self) -> ResourceQuerySet:
        return choosable().for_cards()

    def get_results_page(self, request: HttpRequest) -> Any:
        page = super().get_results_page(request)  # type: ignore[misc]
        page.object_list = list(page.object_list)
        for resource, card in zip(page.object_list, cards(page.object_list), strict=True):
            resource.card = card
        return page

    @property
    def columns(self) -> list[Column]:
        return [
            PictureColumn("card", label=_("Picture")),
            *super().columns,  # type: ignore[misc]
            Column("type", label=_("Type"), accessor=lambda resource: resource.resource_type),
            Column("school", label=_("School"), accessor=lambda resource: resource.school.label),
            DateColumn("first_published_at", label=_("Published on"), accessor="first_published_at"),
        ]


class ResourceChooseView(PublishedResources, ChooseView):
    pass


class ResourceChooseResultsView(PublishedResources, ChooseResultsView):
    pass


class ResourceChosenView(ChosenView):
    def get_object(self, pk: Any) -> Resource:
        return choosable().get(pk=pk)


class ResourceChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks: Any) -> Any:
        return choosable().filter(pk__in=pks)


class ResourceChooserViewSet(ChooserViewSet):
    model = Resource
    icon = "doc-full"
    choose_one_text = _("Choose a resource")
    choose_another_text = _("Choose another resource")
    page_title = _("Choose a resource")
    per_page = 20
    choose_view_class = ResourceChooseView
    choose_results_view_class = ResourceChooseResultsView
    chosen_view_class = ResourceChosenView
    chosen_multiple_view_class = ResourceChosenMultipleView


resource_chooser = ResourceChooserViewSet("resource_chooser")
