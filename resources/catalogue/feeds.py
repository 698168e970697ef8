"""Atom feeds (RFC 4287) of resources that a visitor may see: of the library and of one school."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from common.text import xml_text
from members.models import School
from members.viewer import VISITOR
from resources.models import Resource
from resources.querysets import ResourceQuerySet

ENTRIES = 30


class NewResources(Feed):
    """The newest public resources. Feed readers do not sign in, so all get the same."""

    feed_type = Atom1Feed

    def title(self, obj: School | None) -> str:
        return _("Resource library: newly added")

    def subtitle(self, obj: School | None) -> str:
        return _("Resources that have passed review, newest first.")

    def link(self, obj: School | None) -> str:
        return f"{reverse('search')}?sort=newest"

    def items(self, obj: School | None) -> ResourceQuerySet:
        return self._resources()[:ENTRIES]

    def _resources(self) -> ResourceQuerySet:
        return Resource.objects.visible_to(VISITOR).select_related("school").newest_first()

    def item_title(self, item: Resource) -> str:
        return xml_text(item.title)

    def item_description(self, item: Resource) -> str:
        return xml_text(item.description)

    def item_author_name(self, item: Resource) -> str:
        return item.school.name

    def item_pubdate(self, item: Resource) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: Resource) -> datetime | None:
        return item.last_published_at


class NewResourcesOfSchool(NewResources):
    def get_object(self, request: HttpRequest, slug: str) -> School:
        return get_object_or_404(School, slug=slug)

    def title(self, obj: School | None) -> str:
        return _("%(school)s: newly added") % {"school": obj}

    def link(self, obj: School | None) -> str:
        return reverse("school", args=[obj.slug]) if obj else "/"

    def items(self, obj: School | None) -> ResourceQuerySet:
        return self._resources().filter(school=obj)[:ENTRIES]
