"""The citation of a resource after GB/T 7714."""

from __future__ import annotations

from django.utils import timezone

from resources.models import PublishedVersion, Resource

DOCUMENT_TYPES = {"paper": "J/OL", "report": "R/OL", "standard": "S/OL", "textbook": "M/OL"}
"""Document type codes of GB/T 7714 by resource type; others are Z (other)."""


def citation(resource: Resource, *, version: PublishedVersion | None, url: str) -> str:
    code = resource.resource_type.code if resource.resource_type else ""
    published = version.published if version else resource.first_published_at
    year = timezone.localtime(published).year if published else ""
    creators = resource.creators.replace("、", ", ") or resource.school.name
    edition = f"第 {version.number} 版. " if version and version.number > 1 else ""
    today = timezone.localdate().isoformat()
    kind = DOCUMENT_TYPES.get(code, "Z/OL")
    return f"{creators}. {resource.title}[{kind}]. {edition}{resource.school.name}, {year}[{today}]. {url}."
