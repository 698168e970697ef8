"""Review decisions with their comments, for display."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from resources.models import AspectVerdict, Resource, ReviewDecision, RevisionFile, Verdict


@dataclass(frozen=True, slots=True)
class Comment:
    """A note on one aspect. ``place``: what it is about, in words; ``file_uid``, ``page``: for a link."""

    aspect: str
    verdict: str
    text: str
    place: str = ""
    file_uid: UUID | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    decision: ReviewDecision
    comments: list[Comment]

    @property
    def returned(self) -> bool:
        return self.decision.decision == ReviewDecision.Decision.RETURNED


def decisions_on(resource: Resource) -> list[ReviewRecord]:
    """The decisions, newest first, in three queries."""
    rows = list(resource.decisions.select_related("reviewer").prefetch_related("verdicts"))
    uids = {verdict.file_uid for row in rows for verdict in row.verdicts.all() if verdict.file_uid}
    files = RevisionFile.objects.filter(revision__in=resource.revisions, uid__in=uids) if uids else []
    names = {file.uid: file.name for file in files}
    return [ReviewRecord(row, [_comment(one, names) for one in row.verdicts.all() if one.note]) for row in rows]


def _comment(verdict: AspectVerdict, names: dict[UUID, str]) -> Comment:
    return Comment(
        aspect=verdict.get_aspect_display(),
        verdict=str(Verdict(verdict.verdict).label),
        text=verdict.note,
        place=_place(verdict, names),
        file_uid=verdict.file_uid,
        page=verdict.page,
    )


def _place(verdict: AspectVerdict, names: dict[UUID, str]) -> str:
    if verdict.field:
        return field_label(verdict.field)
    if verdict.file_uid is None:
        return ""
    name = names.get(verdict.file_uid, _("a file that is not there any more"))
    return _("%(file)s, page %(page)s") % {"file": name, "page": verdict.page} if verdict.page else name


def field_label(name: str) -> str:
    """The label of a metadata field, or its bare name if the model no longer has it."""
    known = {field.name: field for field in Resource._meta.get_fields() if hasattr(field, "verbose_name")}
    return str(known[name].verbose_name) if name in known else name
