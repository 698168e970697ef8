"""The editor of a collection: one compact row per resource, rows of their own for section titles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.panels import MultipleChooserPanel

from common.text import parse_id
from members.viewer import viewer_of
from resources.admin.chooser import choosable
from resources.catalogue.cards import Card, cards, main_file
from resources.catalogue.files import present_files
from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import FileBlob, FilePage, Resource

STRIP = 200
"""Pages in the strip from which an editor picks; the number of a later one can be typed."""


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """What a row shows of its resource. ``problem``: why readers can't see it, or nothing."""

    card: Card
    number: int
    problem: str


def entry_infos(chosen: Iterable[tuple[int, int]]) -> dict[tuple[int, int], EntryInfo]:
    """Infos by resource and page, in a constant number of queries."""
    wanted = set(chosen)
    found = Resource.objects.filter(pk__in={pk for pk, _number in wanted}).for_cards().in_bulk()
    keys = [key for key in wanted if key[0] in found]
    shown = cards((found[pk], number) for pk, number in keys)
    return {key: EntryInfo(card, key[1], _problem(card.resource)) for key, card in zip(keys, shown, strict=True)}


def _problem(resource: Resource) -> str:
    if not resource.live:
        return _("Withdrawn: readers do not see it. Choose another one.")
    if resource.visibility == Resource.Visibility.SCHOOL:
        return _("Only its own school sees it.")
    return ""


class EntriesPanel(MultipleChooserPanel):
    class BoundPanel(MultipleChooserPanel.BoundPanel):
        template_name = "home/admin/entries_panel.html"
        # Wagtail 8.0.1's adapter of MultipleChooserPanel starts a second set of listeners: rows moved two places.
        telepath_adapter_name = "wagtail.panels.InlinePanel"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            keys = [_key(child.form) for child in self.children]
            infos = entry_infos(key for key in keys if key is not None)
            shown = [infos.get(key) if key else None for key in keys]
            return {**context, "rows": list(zip(self.children, shown, strict=True))}


def _key(form: Any) -> tuple[int, int] | None:
    pk, number = (parse_id(str(form[name].value() or "")) for name in ("resource", "number"))
    return None if pk is None else (pk, number or 1)


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Picture and facts of a resource for a row of the editor; ``?number=``: the page that opens."""
    resource = _readable(request, pk)
    number = parse_id(request.GET.get("number")) or 1
    info = entry_infos([(resource.pk, number)])[resource.pk, number]
    return render(request, "home/admin/entry_info.html", {"info": info})


@require_safe
def strip(request: HttpRequest, pk: int) -> HttpResponse:
    """The pages of a resource as buttons; ``?number=`` is the chosen one."""
    resource = Resource.objects.for_cards().get(pk=_readable(request, pk).pk)
    file = main_file(present_files(resource.files.all()))
    context = {"pages": _pages(file.blob) if file else [], "number": parse_id(request.GET.get("number")) or 1}
    return render(request, "home/admin/entry_strip.html", context)


def _pages(blob: FileBlob) -> list[tuple[int, str]]:
    """Numbers with the URLs of their thumbnails, which are empty until there is a preview."""
    pages = FilePage.objects.filter(blob=blob).only("number", "widths").order_by("number")[:STRIP]
    return [
        (page.number, page_image_url(blob, page.number, THUMBNAIL) if THUMBNAIL in page.widths else "")
        for page in pages
    ]


def _readable(request: HttpRequest, pk: int) -> Resource:
    if not viewer_of(request.user).is_staff:
        raise PermissionDenied
    resource: Resource = get_object_or_404(choosable(), pk=pk)
    return resource
