"""Reviewers' decisions as people read them: who, when, which aspects are in doubt, and where exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from resources.models import AspectVerdict, Resource, ReviewDecision, RevisionFile, Verdict


@dataclass(frozen=True, slots=True)
class Remark:
    """``place``: the field, file or page the note points at, in words. ``page``, ``file_uid``: for a link to it."""

    aspect: str
    verdict: str
    text: str
    place: str = ""
    file_uid: Any = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    decision: ReviewDecision
    remarks: list[Remark]

    @property
    def returned(self) -> bool:
        return self.decision.decision == ReviewDecision.Decision.RETURNED


def decisions_on(resource: Resource) -> list[Said]:
    """Newest first. Three queries."""
    rows = list(resource.decisions.select_related("reviewer").prefetch_related("verdicts"))
    uids = {verdict.file_uid for row in rows for verdict in row.verdicts.all() if verdict.file_uid}
    files = RevisionFile.objects.filter(revision__in=resource.revisions, uid__in=uids) if uids else []
    names = {file.uid: file.name for file in files}
    return [Said(row, [_remark(one, names) for one in row.verdicts.all() if one.note]) for row in rows]


def _remark(verdict: AspectVerdict, names: dict[Any, str]) -> Remark:
    return Remark(
        aspect=verdict.get_aspect_display(),
        verdict=str(Verdict(verdict.verdict).label),
        text=verdict.note,
        place=_place(verdict, names),
        file_uid=verdict.file_uid,
        page=verdict.page,
    )


def _place(verdict: AspectVerdict, names: dict[Any, str]) -> str:
    if verdict.field:
        return field_label(verdict.field)
    if verdict.file_uid is None:
        return ""
    name = names.get(verdict.file_uid, _("a file that is not there any more"))
    return _("%(file)s, page %(page)s") % {"file": name, "page": verdict.page} if verdict.page else name


def field_label(name: str) -> str:
    """What a field of the record is called; its bare name for one that is gone from the model."""
    known = {field.name: field for field in Resource._meta.get_fields() if hasattr(field, "verbose_name")}
    return str(known[name].verbose_name) if name in known else name
