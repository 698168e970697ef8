"""A resource in a list: its cover and the few words beside it. One query for all covers of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.text import listed
from resources.catalogue.viewer import THUMBNAIL, ShownFile, shown_files
from resources.delivery.page_image_urls import picture_url
from resources.models import FilePage, FilePreview, Resource

RECORDINGS = frozenset({"video", "audio"})


@dataclass(frozen=True, slots=True)
class Card:
    """``plate``: what the grey plate says when there is no picture."""

    resource: Resource
    picture: str
    portrait: bool
    plate: str
    extent: str
    format: str
    plays: bool

    @property
    def kind(self) -> str:
        """课件，48 页"""
        words = [self.resource.resource_type.label if self.resource.resource_type else "", self.extent]
        return listed(word for word in words if word)


def main_file(files: list[ShownFile]) -> ShownFile | None:
    """The file that stands for the resource: the first one with pages, else the first."""
    return next((one for one in files if one.has_pages), files[0] if files else None)


def cards(
    resources: Iterable[Resource | tuple[Resource, int]], files: Mapping[int, list[ShownFile]] | None = None
) -> list[Card]:
    """Cards in the same order. With a number, that page is the cover; with 0 none is shown. The resources must come from
    ``for_cards()`` unless their ``files`` are given, by primary key."""
    rows = []
    for item in resources:
        resource, number = item if isinstance(item, tuple) else (item, 1)
        own = shown_files(resource.files.all()) if files is None else files[resource.pk]
        rows.append((resource, main_file(own), number))
    covers = _covers([(file.blob.pk, number) for _resource, file, number in rows if file is not None and number])
    return [
        _card(resource, file, covers.get((file.blob.pk, number)) if file else None) for resource, file, number in rows
    ]


def _covers(wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], FilePage]:
    if not wanted:
        return {}
    blobs, numbers = ({*column} for column in zip(*wanted, strict=True))
    pages = FilePage.objects.filter(blob_id__in=blobs, number__in=numbers)
    return {(page.blob_id, page.number): page for page in pages.only("blob_id", "number", "width", "height", "widths")}


def _card(resource: Resource, file: ShownFile | None, cover: FilePage | None) -> Card:
    picture = ""
    if file is not None and cover is not None and THUMBNAIL in cover.widths:
        picture = picture_url(file.blob, cover.number, THUMBNAIL)
    return Card(
        resource=resource,
        picture=picture,
        portrait=cover is not None and cover.height > cover.width,
        plate="" if picture else _plate(file),
        extent=file.extent if file else "",
        format=file.format if file else "",
        plays=file is not None and file.blob.kind in RECORDINGS,
    )


def _plate(file: ShownFile | None) -> str:
    if file is None:
        return _("No file")
    if file.is_waiting:
        return _("Preview follows")
    preview = file.preview
    if preview is not None and preview.state == FilePreview.State.OUTLINE:
        return _("Text only")
    return file.format or _("No preview")
