"""A resource as JSON-LD for search engines. Source: https://schema.org/LearningResource."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from resources.catalogue.files import FilePresentation
from resources.models import PublishedVersion, Resource, VocabularyTerm


def json_ld(
    resource: Resource, files: Sequence[FilePresentation], *, version: PublishedVersion | None, url: str
) -> SafeString:
    """The content of a ``<script type="application/ld+json">`` element; empty properties are left out."""
    data = {
        **_work(resource, url),
        **_audience_and_subject(resource),
        **_publication(resource, version),
        "encoding": [_media_object(file) for file in files],
    }
    text = json.dumps({key: value for key, value in data.items() if value not in (None, "", [])}, ensure_ascii=False)
    # As in Django's json_script: nothing in a title may end the script element.
    safe = text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(safe)  # noqa: S308 - escaped above


def _work(resource: Resource, url: str) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "name": resource.title,
        "alternateName": resource.subtitle,
        "description": resource.description,
        "keywords": list(resource.keywords),
        "inLanguage": resource.language,
        "learningResourceType": resource.resource_type.label_zh if resource.resource_type else "",
    }


def _audience_and_subject(resource: Resource) -> dict[str, Any]:
    """The child's age is a subject. ``typicalAgeRange`` would be the age of the learner."""
    return {
        "educationalLevel": [level.label_zh for level in resource.levels.all()],
        "audience": [
            {"@type": "EducationalAudience", "educationalRole": audience.code} for audience in resource.audiences.all()
        ],
        "about": [
            *(_defined_term(term, "care-domain") for term in resource.care_domains.all()),
            *(_defined_term(term, "age-band") for term in resource.age_bands.all()),
            *(_defined_term(term, "programme") for term in resource.programmes.all()),
        ],
        "teaches": [unit.label_zh for unit in resource.course_units.all()],
    }


def _publication(resource: Resource, version: PublishedVersion | None) -> dict[str, Any]:
    return {
        "creator": {"@type": "Organization", "name": resource.creators} if resource.creators else None,
        "provider": {"@type": "CollegeOrUniversity", "name": resource.school.name},
        "license": (resource.licence.url or resource.licence.label_zh) if resource.licence else "",
        "isAccessibleForFree": True,
        "datePublished": resource.first_published_at.date().isoformat() if resource.first_published_at else "",
        "dateModified": version.published.date().isoformat() if version else "",
        "version": version.number if version else "",
    }


def _defined_term(term: VocabularyTerm, vocabulary: str) -> dict[str, str]:
    return {"@type": "DefinedTerm", "termCode": term.code, "name": term.label_zh, "inDefinedTermSet": vocabulary}


def _media_object(file: FilePresentation) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "name": file.name,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.blob.size} B",
        "sha256": file.blob.sha256,
    }
