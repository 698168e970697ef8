"""Reads what the rules need from the database, and drops what the draft says already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Model, QuerySet
from django.db.models.functions import Left

from resources.models import AgeBand, FilePage, Resource, RevisionFile, VocabularyTerm
from resources.policies import Action
from resources.publishing.proposals.rules import Material, Page, Proposal, Source, Term, propose

MAX_PAGES = 400
MAX_CHARACTERS = 2000
"""Of each page; the rest of a long page seldom says more."""

FIELDS = ("resource_type", "age_bands", "care_domains", "course_units", "levels", "programmes", "audiences")
AS_BEFORE = ("resource_type", "levels", "programmes", "audiences")
"""Fields that a contributor usually fills in as last time, where the files say nothing."""

KEYWORDS_OF = 1000
"""The newest published resources; their keywords may be proposed."""
KEYWORDS_SECONDS = 600
PROPOSALS_SECONDS = 3600


def proposals_for(resource: Resource) -> list[Proposal]:
    """In a constant number of queries."""
    latest = resource.latest_revision
    content = latest.content if latest else {}
    vocabularies = {name: _terms(name) for name in FIELDS}
    material = _material(resource, content, vocabularies)
    said = _proposed(material)
    said += _as_before(resource, vocabularies, {one.field for one in said})
    if name := resource.contributor.get_full_name():
        said.append(Proposal("creators", name, name, Source.PERSON))
    return [one for one in said if _is_new(one, content)]


def _proposed(material: Material) -> list[Proposal]:
    """``propose``, cached by its whole input.

    A draft is opened and saved many times before its files change.
    """
    content = hashlib.blake2b(repr(material).encode("utf-8", "surrogatepass"), digest_size=20)
    key = f"proposals:{content.hexdigest()}"
    said: list[Proposal] | None = cache.get(key)
    if said is None:
        said = propose(material)
        cache.set(key, said, PROPOSALS_SECONDS)
    return list(said)


def _material(resource: Resource, content: Mapping[str, Any], vocabularies: dict[str, list[Term]]) -> Material:
    rows = RevisionFile.objects.filter(revision_id=resource.latest_revision_id or 0)
    blobs = [row.blob.canonical for row in rows.select_related("blob__duplicate_of")]
    pages = (
        FilePage.objects.filter(blob__in=blobs)
        .order_by("blob_id", "number")
        .values_list("blob_id", "number", Left("text", MAX_CHARACTERS))[:MAX_PAGES]
    )
    found = list(pages)
    several = len({blob_id for blob_id, _number, _text in found}) > 1
    return Material(
        title=content.get("title", ""),
        kinds=tuple(blob.kind for blob in blobs),
        pages=tuple(Page(0 if several else number, text) for _blob_id, number, text in found),
        vocabularies=vocabularies,
        keywords=_known_keywords(),
    )


def _terms(name: str) -> list[Term]:
    model: type[VocabularyTerm] = Resource._meta.get_field(name).related_model
    return [_term(one) for one in model.objects.in_use()]


def _term(one: VocabularyTerm) -> Term:
    months = None
    if isinstance(one, AgeBand) and one.min_months is not None and one.max_months is not None:
        months = (one.min_months, one.max_months)
    words = dict.fromkeys([one.label_zh, *one.alternative_labels.splitlines()])
    names = tuple(word.strip() for word in words if word.strip())
    return Term(str(one.pk), str(one), one.code, names, months)


def _as_before(resource: Resource, vocabularies: dict[str, list[Term]], said: set[str]) -> list[Proposal]:
    """As in the contributor's newest other resource, else as in the school's newest published one."""
    others = Resource.objects.exclude(pk=resource.pk).order_by("-pk").select_related("latest_revision", "live_revision")
    own = others.filter(contributor_id=resource.contributor_id, school_id=resource.school_id)
    for source, rows in ((Source.BEFORE, own), (Source.SCHOOL, others.filter(school_id=resource.school_id, live=True))):
        if found := _chosen_in(rows, vocabularies, said, source):
            return found
    return []


def _chosen_in(
    rows: QuerySet[Resource], vocabularies: dict[str, list[Term]], said: set[str], source: Source
) -> list[Proposal]:
    earlier = rows.first()
    # A colleague's unpublished changes are not for everyone of the school.
    revision = earlier and (earlier.latest_revision if source is Source.BEFORE else earlier.live_revision)
    if revision is None:
        return []
    content = revision.content
    return [
        Proposal(name, term.value, term.label, source)
        for name in AS_BEFORE
        if name not in said
        for term in vocabularies[name]
        if term.value in _values(content.get(name))
    ]


def _values(stored: Any) -> list[str]:
    """What a revision's JSON has in a field, as the form posts it."""
    if stored in (None, "", []):
        return []
    return [str(one) for one in stored] if isinstance(stored, list) else [str(stored)]


def _is_new(one: Proposal, content: Mapping[str, Any]) -> bool:
    """Only what the files say is added to a field that has a value already."""
    there = _values(content.get(one.field))
    from_files = one.source in (Source.TITLE, Source.PAGES)
    return one.value not in there if is_list(one.field) and from_files else not there


def is_list(name: str) -> bool:
    column = Resource._meta.get_field(name)
    return bool(column.many_to_many) or name == "keywords"


def _known_keywords() -> tuple[str, ...]:
    known: tuple[str, ...] | None = cache.get("proposals:keywords")
    if known is None:
        # Those of public resources: the words are offered to users of every school.
        rows = (
            Resource.objects.allowing(AnonymousUser(), Action.FIND)
            .newest_first()
            .values_list("keywords", flat=True)[:KEYWORDS_OF]
        )
        known = tuple(dict.fromkeys(word for row in rows for word in row or ()))
        cache.set("proposals:keywords", known, KEYWORDS_SECONDS)
    return known


def accept(data: Mapping[str, Any], keys: Iterable[str], offered: Iterable[Proposal]) -> dict[str, Any]:
    """``data`` of drafts.save with the accepted proposals added. ``keys``: of proposals, or "all"."""
    wanted, added = set(keys), dict(data)
    for one in offered:
        if not wanted & {one.key, "all"}:
            continue
        column = Resource._meta.get_field(one.field)
        value: Any = one.value
        if column.is_relation:
            value = column.related_model.objects.in_use().get(pk=one.value)
        if is_list(one.field):
            there: list[Model | str] = list(added.get(one.field) or [])
            added[one.field] = there if value in there else [*there, value]
        elif not added.get(one.field):
            added[one.field] = value
    return added
