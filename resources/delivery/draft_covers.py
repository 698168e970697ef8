"""Covers of newest drafts, for the list of submissions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from resources.delivery.page_image_urls import THUMBNAIL, page_image_url
from resources.models import FileBlob, FilePage, FileRemoval, Resource
from resources.processing.formats import IMAGE


def draft_covers(resources: Iterable[Resource]) -> dict[int, str]:
    """URLs of the first page image in each newest draft, by primary key, in three queries.

    A deck comes before photos. Call it for users who may see the drafts. A file that was taken down gives no cover.
    """
    rows = list(resources)
    removals = FileRemoval.objects.filter(resource__in=[row.pk for row in rows]).values_list("resource_id", "uid")
    removed = {(pk, str(uid)) for pk, uid in removals}
    files = {row.pk: [file["blob"] for file in _files(row) if (row.pk, file["uid"]) not in removed] for row in rows}
    wanted = {blob for blobs in files.values() for blob in blobs}
    blobs = FileBlob.objects.select_related("duplicate_of").in_bulk(wanted)
    canonical = {blob.canonical.pk for blob in blobs.values()}
    pages = FilePage.objects.filter(blob_id__in=canonical, number=1).only("blob_id", "widths")
    drawn = {page.blob_id for page in pages if THUMBNAIL in page.widths}
    covers = {}
    for pk, own in files.items():
        shown = [blobs[one] for one in own if one in blobs and blobs[one].canonical.pk in drawn]
        if shown:
            first = next((blob for blob in shown if blob.kind != IMAGE), shown[0])
            covers[pk] = page_image_url(first, 1, THUMBNAIL)
    return covers


def _files(resource: Resource) -> list[dict[str, Any]]:
    latest = resource.latest_revision
    found = latest.content.get("files", []) if latest else []
    return sorted(found, key=lambda file: file.get("sort_order") or 0)
