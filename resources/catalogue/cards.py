"""A resource in a list: cover and caption. All covers of a list cost one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.text import listed
from resources.catalogue.files import FilePresentation, present_files
from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import FilePage, FilePreview, Resource
from resources.processing.formats import IMAGE

RECORDINGS = frozenset({"video", "audio"})


@dataclass(frozen=True, slots=True)
class Card:
    """``placeholder``: the words shown where there is no cover."""

    resource: Resource
    image_url: str
    portrait: bool
    placeholder: str
    extent: str
    format: str
    plays: bool

    @property
    def kind(self) -> str:
        """课件，48 页"""
        words = [self.resource.resource_type.label if self.resource.resource_type else "", self.extent]
        return listed(word for word in words if word)


def main_file(files: Sequence[FilePresentation]) -> FilePresentation | None:
    """The file that represents the resource: the first one with pages, photos last.

    Cameras name photos so that they come first, and a cover is to say what the resource is.
    """
    with_pages = [file for file in files if file.has_pages]
    return next((file for file in with_pages if file.blob.kind != IMAGE), next(iter(with_pages or files), None))


def cards(
    resources: Iterable[Resource | tuple[Resource, int]],
    files: Mapping[int, Sequence[FilePresentation]] | None = None,
) -> list[Card]:
    """Cards in the same order. A number beside a resource is its cover page; 0: no cover.

    The resources must come from ``for_cards()`` unless ``files`` gives theirs by primary key.
    """
    rows = []
    for item in resources:
        resource, number = item if isinstance(item, tuple) else (item, 1)
        own = present_files(resource.files.all()) if files is None else files[resource.pk]
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


def _card(resource: Resource, file: FilePresentation | None, cover: FilePage | None) -> Card:
    image_url = ""
    if file is not None and cover is not None and THUMBNAIL in cover.widths:
        image_url = page_image_url(file.blob, cover.number, THUMBNAIL)
    return Card(
        resource=resource,
        image_url=image_url,
        portrait=cover is not None and cover.height > cover.width,
        placeholder="" if image_url else _placeholder(file),
        extent=file.extent if file else "",
        format=file.format if file else "",
        plays=file is not None and file.blob.kind in RECORDINGS,
    )


def _placeholder(file: FilePresentation | None) -> str:
    if file is None:
        return _("No file")
    if file.preview is not None and file.preview.state == FilePreview.State.OUTLINE:
        return _("Text only")
    return file.format or _("No preview")
