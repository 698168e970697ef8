"""Builds the index document of a resource from its current row.

Only this module decides what is searched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch

from resources.models import FilePage, FileRemoval, Resource, ResourceFile, VocabularyTerm
from search.access import document_tokens
from search.engines.types import PageDoc, ResourceDoc
from search.facets import INDEXED_VOCABULARIES, facet_values, unit_chain
from search.indexing.vectors import with_vectors

DOCUMENT_VERSION = 3
"""Raise it whenever the same resource becomes another document, so that existing indexes are rebuilt."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents to write, ids to remove, and when an embargoed resource must be written again.

    ``lacking``: ids of documents that lack vectors.
    """

    docs: tuple[ResourceDoc, ...]
    gone: tuple[int, ...]
    embargoed: dict[int, datetime]
    lacking: tuple[int, ...] = ()


def build(ids: Sequence[int], *, version: int) -> Batch:
    """The documents of these resources as the database has them now. A constant number of queries.

    ``version`` must have been taken before this call. Ids that are not live (draft, withdrawn, deleted) are gone.
    """
    resources = {resource.pk: resource for resource in _readable(ids)}
    docs, lacking = with_vectors(_documents(resources.values(), version=version))
    embargoed = {r.pk: r.embargo_until for r in resources.values() if r.is_embargoed and r.embargo_until}
    gone = tuple(pk for pk in dict.fromkeys(ids) if pk not in resources)
    return Batch(docs=tuple(docs), gone=gone, embargoed=embargoed, lacking=tuple(lacking))


def read_docs(ids: Sequence[int], *, version: int) -> list[ResourceDoc]:
    """The documents of these resources without vectors."""
    return _documents(_readable(ids), version=version)


def _documents(resources: Collection[Resource], *, version: int) -> list[ResourceDoc]:
    pages = _pages_by_blob(resources)
    return [_document(resource, version=version, pages=pages) for resource in resources]


def _readable(ids: Sequence[int]) -> list[Resource]:
    taken_down = FileRemoval.objects.filter(resource=OuterRef("resource"), uid=OuterRef("uid"))
    files = (
        ResourceFile.objects.exclude(Exists(taken_down))
        .select_related("blob", "blob__duplicate_of")
        .order_by("sort_order", "pk")
    )
    vocabularies = INDEXED_VOCABULARIES.values()
    return list(
        Resource.objects.published()
        .filter(pk__in=ids, withdrawn_at=None)
        .select_related("stats", *(each.relation for each in vocabularies if not each.is_many))
        .prefetch_related(
            *(each.prefetch() for each in vocabularies if each.is_many), Prefetch("files", queryset=files)
        )
    )


def _pages_by_blob(resources: Iterable[Resource]) -> dict[int, list[PageDoc]]:
    blobs = {file.blob.canonical.pk for resource in resources for file in resource.files.all()}
    found: dict[int, list[PageDoc]] = defaultdict(list)
    rows = FilePage.objects.filter(blob_id__in=blobs).order_by("blob_id", "number")
    for blob, number, label, text, notes in rows.values_list("blob_id", "number", "label", "text", "notes"):
        if text or notes or label:
            found[blob].append(PageDoc(file=blob, number=number, label=label, text=text, notes=notes))
    return found


def _document(resource: Resource, *, version: int, pages: dict[int, list[PageDoc]]) -> ResourceDoc:
    blobs = dict.fromkeys(file.blob.canonical.pk for file in resource.files.all())
    text = tuple(page for blob in blobs for page in pages.get(blob, ()))
    return ResourceDoc(
        id=resource.pk,
        version=version,
        title=resource.title,
        keywords=tuple(word for word in resource.keywords if isinstance(word, str)),
        headings=_headings(resource),
        description=resource.description,
        facets=facet_values(resource),
        age_months=_age_months(resource),
        published=resource.first_published_at or resource.created,
        popularity=popularity(resource),
        quality=_quality(resource, has_text=bool(text)),
        access=document_tokens(resource),
        pages=text,
    )


def _names(term: VocabularyTerm | None) -> list[str]:
    if term is None:
        return []
    return [term.label_zh, term.label_en, *term.alternative_labels.splitlines()]


def _headings(resource: Resource) -> tuple[str, ...]:
    """Short texts by which people remember a resource, in both languages."""
    words = [resource.subtitle, resource.creators, resource.school.name, resource.school.short_name]
    for unit in resource.course_units.all():
        for step in unit_chain(unit):
            words += _names(step)
    for terms in (resource.programmes, resource.care_domains, resource.age_bands):
        for term in terms.all():
            words += _names(term)
    words += _names(resource.resource_type)
    words += [file.name for file in resource.files.all()]
    return tuple(dict.fromkeys(word.strip() for word in words if word and word.strip()))


def _age_months(resource: Resource) -> tuple[int, int] | None:
    bands = [band for band in resource.age_bands.all() if band.min_months is not None]
    if not bands:
        return None
    return min(band.min_months for band in bands), max(band.max_months for band in bands)


def popularity(resource: Resource) -> float:
    """Downloads, with views only as a tie-breaker: the order is called "most downloaded"."""
    stats = getattr(resource, "stats", None)
    return float(stats.downloads) + stats.views / (stats.views + 1000) if stats else 0.0


def _quality(resource: Resource, *, has_text: bool) -> float:
    """0 to 1: the share of descriptive metadata that is filled in, and whether the files have text."""
    filled = (
        len(resource.description) >= 20,
        len(resource.keywords) >= 3,
        bool(resource.age_bands.all()),
        bool(resource.course_units.all()),
        bool(resource.care_domains.all()),
        has_text,
    )
    return sum(filled) / len(filled)
