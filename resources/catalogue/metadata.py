"""A resource in words: the catalogue card (著录), what its licence allows, how to cite it, its JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.text import listed
from resources.catalogue.viewer import ShownFile
from resources.models import Licence, PublishedVersion, Resource, Term

CITATION_TYPES = {"paper": "J/OL", "report": "R/OL", "standard": "S/OL", "textbook": "M/OL"}
"""Document types of GB/T 7714; everything else is Z (other)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the catalogue card. ``domains``: care domains, drawn with their marks instead of ``value``."""

    label: str
    value: str = ""
    domains: tuple[Any, ...] = ()


def _labels(terms: Iterable[Term]) -> str:
    return listed(str(term) for term in terms)


def facts(resource: Resource) -> list[Fact]:
    """Lines that have something to say, in the order readers ask."""
    units = list(resource.course_units.all())
    rows = [
        Fact(_("Care domains"), domains=tuple(resource.care_domains.all())),
        Fact(_("Age of the child"), _labels(resource.age_bands.all())),
        Fact(_("Course"), _labels(unit for unit in units if unit.kind == "course")),
        Fact(_("Project, task"), _labels(unit for unit in units if unit.kind != "course")),
        Fact(_("Level"), _labels(resource.levels.all())),
        Fact(_("Programme"), _labels(resource.programmes.all())),
        Fact(_("For whom"), _labels(resource.audiences.all())),
        Fact(_("Granularity"), str(resource.granularity or "")),
        Fact(_("Keywords"), listed(resource.keywords)),
        Fact(_("Creators"), resource.creators),
        Fact(_("Portraits"), str(resource.get_portraits_display()) if resource.portraits else ""),
        Fact(_("AI"), str(resource.get_generated_content_display()) if resource.generated_content else ""),
    ]
    return [row for row in rows if row.value or row.domains]


@dataclass(frozen=True, slots=True)
class Allowance:
    allowed: bool
    text: str


def allowances(resource: Resource) -> list[Allowance]:
    """What readers may and may not do, as sentences made from visibility and licence."""
    seen_by = {
        "public": _("Everyone may look at it, without signing in"),
        "alliance": _("Members of the alliance may look at it"),
        "school": _("People of the providing school may look at it"),
    }
    rows = [Allowance(True, seen_by[resource.visibility])]
    licence = resource.licence
    if licence is None:
        return rows
    taken_by = {
        Licence.Download.NOBODY: Allowance(False, _("No download: for looking only")),
        Licence.Download.SCHOOL: Allowance(True, _("People of the providing school may download it")),
        Licence.Download.ALLIANCE: Allowance(True, _("Members of the alliance may download it")),
        Licence.Download.ANYONE: Allowance(True, _("Everyone may download it")),
    }
    rows.append(taken_by[Licence.Download(licence.download)])
    rows.append(
        Allowance(True, _("May be adapted, naming the source"))
        if licence.adapt
        else Allowance(False, _("Adapting needs the consent of the providing school"))
    )
    if licence.download in (Licence.Download.SCHOOL, Licence.Download.ALLIANCE, Licence.Download.NOBODY):
        rows.append(Allowance(False, _("Not to be passed on to public websites")))
    return rows


def why_no_download(resource: Resource, *, is_member: bool) -> str:
    """The sentence in place of a download button."""
    licence = resource.licence
    if licence is None or licence.download == Licence.Download.NOBODY:
        return _("The licence allows looking only; there is no download.")
    if licence.download == Licence.Download.SCHOOL:
        return _("Only people of the providing school may download it.")
    if not is_member:
        return _("Sign in with an account of a member school to download.")
    return _("Your account may look at it but not download it.")


def citation(resource: Resource, *, version: PublishedVersion | None, address: str) -> str:
    """After GB/T 7714, in the language of the work."""
    code = resource.resource_type.code if resource.resource_type else ""
    published = version.published if version else resource.first_published_at
    year = timezone.localtime(published).year if published else ""
    creators = resource.creators.replace("、", ", ") or resource.school.name
    edition = f"第 {version.number} 版. " if version and version.number > 1 else ""
    today = timezone.localdate().isoformat()
    kind = CITATION_TYPES.get(code, "Z/OL")
    return f"{creators}. {resource.title}[{kind}]. {edition}{resource.school.name}, {year}[{today}]. {address}."


def json_ld(
    resource: Resource, files: list[ShownFile], *, version: PublishedVersion | None, address: str
) -> SafeString:
    """schema.org LearningResource.

    The child's age goes into ``about``, never ``typicalAgeRange``: that is the learner's.
    """

    def term(one: Term, kind: str) -> dict[str, Any]:
        return {"@type": "DefinedTerm", "termCode": one.code, "name": one.label_zh, "inDefinedTermSet": kind}

    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": address,
        "url": address,
        "name": resource.title,
        "alternateName": resource.subtitle,
        "description": resource.description,
        "keywords": list(resource.keywords),
        "inLanguage": resource.language,
        "learningResourceType": resource.resource_type.label_zh if resource.resource_type else "",
        "educationalLevel": [one.label_zh for one in resource.levels.all()],
        "audience": [{"@type": "EducationalAudience", "educationalRole": one.code} for one in resource.audiences.all()],
        "about": [
            *(term(one, "care-domain") for one in resource.care_domains.all()),
            *(term(one, "age-band") for one in resource.age_bands.all()),
            *(term(one, "programme") for one in resource.programmes.all()),
        ],
        "teaches": [one.label_zh for one in resource.course_units.all()],
        "creator": {"@type": "Organization", "name": resource.creators} if resource.creators else None,
        "provider": {"@type": "CollegeOrUniversity", "name": resource.school.name},
        "license": (resource.licence.url or resource.licence.label_zh) if resource.licence else "",
        "isAccessibleForFree": True,
        "datePublished": resource.first_published_at.date().isoformat() if resource.first_published_at else "",
        "dateModified": version.published.date().isoformat() if version else "",
        "version": version.number if version else "",
        "encoding": [
            {
                "@type": "MediaObject",
                "name": one.name,
                "encodingFormat": one.media_type,
                "contentSize": f"{one.blob.size} B",
                "sha256": one.blob.sha256,
            }
            for one in files
        ],
    }
    text = json.dumps({key: value for key, value in data.items() if value not in (None, "", [])}, ensure_ascii=False)
    # As Django's json_script: nothing in a title may end the script element.
    safe = text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return mark_safe(safe)  # noqa: S308 - escaped above
