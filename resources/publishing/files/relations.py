"""Other resources that hold the same file as a draft, and what its author says they are to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from members.models import User
from members.viewer import Who
from resources.models import FileBlob, Resource, ResourceFile, ResourceRelation, RevisionFile
from resources.policies import Action, may
from resources.publishing import drafts

MOST = 3
"""Published resources named for each file."""


class NotATwin(UserError):
    code = "not_a_twin"
    message = _("That resource holds no file of this one.")


@dataclass(frozen=True, slots=True)
class Twin:
    """Another resource with the same file. ``is_readable``: published, so it has a page for this user.

    ``kind``: of ResourceRelation, what the author said this one is to it; empty if nothing.
    """

    resource: Resource
    is_readable: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RelatedResource:
    """A line on the page of a published resource. ``label``: what the page's resource is to the other one."""

    label: str
    resource: Resource


REVERSE = {
    ResourceRelation.Kind.SAME: _("The same as"),
    ResourceRelation.Kind.NEWER: _("Has a newer version"),
    ResourceRelation.Kind.ADAPTATION: _("Has an adaptation"),
}


def twins_of(*, who: Who, resource: Resource, blobs: Iterable[FileBlob]) -> dict[int, list[Twin]]:
    """By canonical blob: the other resources with these bytes that ``who`` may see, published ones first."""
    wanted = {blob.canonical.pk for blob in blobs if blob.state in (FileBlob.State.VERIFIED, FileBlob.State.DUPLICATE)}
    if not wanted:
        return {}
    same = Q(blob__in=wanted) | Q(blob__duplicate_of__in=wanted)
    kinds = dict(resource.relations.values_list("other_id", "kind"))
    others = Resource.objects.exclude(pk=resource.pk).filter(withdrawn_at=None).select_related("school").order_by("pk")
    published = others.published().allowing(who, Action.VIEW).filter(files__in=ResourceFile.objects.filter(same))
    of_files = Prefetch("files", ResourceFile.objects.filter(same).select_related("blob"), to_attr="same_files")
    found: dict[int, dict[int, Twin]] = defaultdict(dict)
    for other in published.distinct().prefetch_related(of_files):
        for file in other.same_files:
            found[file.blob.canonical.pk][other.pk] = Twin(other, True, kinds.get(other.pk, ""))
    unpublished = others.allowing(who, Action.SEE_DRAFT)
    rows = RevisionFile.objects.filter(same, revision__in=unpublished.order_by().values("latest_revision"))
    by_revision: dict[int, set[int]] = defaultdict(set)
    for revision_id, blob_id, original_id in rows.values_list("revision_id", "blob_id", "blob__duplicate_of_id"):
        by_revision[revision_id].add(original_id or blob_id)
    for other in unpublished.filter(latest_revision__in=by_revision) if by_revision else ():
        for blob_id in by_revision[other.latest_revision_id or 0]:
            found[blob_id].setdefault(other.pk, Twin(other, other.live, kinds.get(other.pk, "")))
    return {blob_id: _most_useful(list(twins.values())) for blob_id, twins in found.items()}


def _most_useful(twins: list[Twin]) -> list[Twin]:
    """A few published resources, or one draft: a user who repeats an upload has many drafts."""
    return [twin for twin in twins if twin.is_readable][:MOST] or twins[:1]


def _bytes_of(resource: Resource) -> set[int]:
    """The canonical blobs of its published files."""
    return {file.blob.duplicate_of_id or file.blob_id for file in resource.files.all()}


@transaction.atomic
def state_relation(*, who: User, resource_id: int, other_id: int, kind: str) -> ResourceRelation:
    """Say what a draft is to another resource with the same file. Replaces what was said before.

    Raises as ``drafts.editable``, and NotATwin, also for a resource that ``who`` may not see.
    """
    resource = drafts.editable(who, resource_id)
    rows = RevisionFile.objects.filter(revision=resource.latest_revision_id).select_related("blob__duplicate_of")
    twins = twins_of(who=who, resource=resource, blobs=[row.blob for row in rows])
    known = {twin.resource.pk for found in twins.values() for twin in found}
    if other_id not in known or kind not in ResourceRelation.Kind.values:
        raise NotATwin
    relation, _created = ResourceRelation.objects.update_or_create(
        resource=resource, other_id=other_id, defaults={"kind": kind, "stated_by": who, "stated_at": timezone.now()}
    )
    audit.record(resource, "resources.state_relation", user=who, other=other_id, kind=kind)
    return relation


@transaction.atomic
def delete_relation(*, who: User, resource_id: int, other_id: int) -> None:
    """Delete what was said about a draft and another resource, if anything was.

    Raises as ``drafts.editable``.
    """
    resource = drafts.editable(who, resource_id)
    relation = resource.relations.filter(other_id=other_id).first()
    if relation is None:
        return
    relation.delete()
    audit.record(resource, "resources.delete_relation", user=who, other=other_id, kind=relation.kind)


def related_resources(*, who: Who, resource: Resource) -> list[RelatedResource]:
    """The resources related to a published one, as far as they are published and ``who`` may open them.

    Only relations that a reviewer has read: stated before the last publication, of resources that still share a file.
    """
    reviewed = ResourceRelation.objects.filter(resource__live=True, stated_at__lte=F("resource__last_published_at"))
    relations = reviewed.filter(Q(resource=resource) | Q(other=resource))
    found = []
    rows = relations.select_related("resource__school", "other__school").order_by("pk")
    for relation in rows.prefetch_related("resource__files__blob", "other__files__blob"):
        if not _bytes_of(relation.resource) & _bytes_of(relation.other):
            continue
        is_own = relation.resource_id == resource.pk
        other = relation.other if is_own else relation.resource
        if other.live and may(who, Action.VIEW, other):
            kind = ResourceRelation.Kind(relation.kind)
            found.append(RelatedResource(str(kind.label if is_own else REVERSE[kind]), other))
    return found
