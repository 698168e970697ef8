"""The people a submission needs, and the steps of its way, taken through the product's own services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from members.models import School, User
from resources.models import Resource, ReviewDecision
from resources.publishing import review
from tests.factories.members import SchoolFactory, person
from tests.factories.resources import BlobFactory, ResourceFactory


@dataclass
class Cast:
    """A school's author, teacher, reviewer and manager, the alliance's editor, and a stranger."""

    school: School
    author: User
    teacher: User
    reviewer: User
    manager: User
    editor: User
    stranger: User

    def draft(self, *, pages: list[str] | None = None, **fields: Any) -> Resource:
        """A complete draft of the author with one checked file."""
        blob = BlobFactory(school=self.school, uploaded_by=self.author, pages=pages or ["第一页：洗手的时机"])
        return ResourceFactory(**{"school": self.school, "contributor": self.author, "files": [blob], **fields})

    def submitted(self, **fields: Any) -> Resource:
        resource = self.draft(**fields)
        review.submit(who=self.author, resource_id=resource.pk, commitment=True)
        return Resource.objects.get(pk=resource.pk)

    def in_alliance_review(self, **fields: Any) -> Resource:
        resource = self.submitted(**fields)
        approve(resource, self.reviewer)
        return Resource.objects.get(pk=resource.pk)

    def published(self, **fields: Any) -> Resource:
        resource = self.in_alliance_review(**fields)
        approve(resource, self.editor)
        return Resource.objects.get(pk=resource.pk)


def make_cast() -> Cast:
    school = SchoolFactory()
    return Cast(
        school=school,
        author=person("teacher", school=school),
        teacher=person("teacher", school=school),
        reviewer=person("reviewer", school=school),
        manager=person("manager", school=school),
        editor=person("editor"),
        stranger=person("teacher"),
    )


def approve(resource: Resource, who: User, comment: str = "") -> ReviewDecision:
    """Approve what the reviewer has on the screen now: the latest draft, with all seven aspects met."""
    fresh = Resource.objects.get(pk=resource.pk)
    return review.decide(
        who=who,
        resource_id=fresh.pk,
        revision_id=fresh.latest_revision_id or 0,
        decision=review.APPROVE,
        comment=comment,
        verdicts=review.all_met(),
    )


def send_back(resource: Resource, who: User, reason: str = "第 9 页请注明依据。") -> ReviewDecision:
    fresh = Resource.objects.get(pk=resource.pk)
    return review.decide(
        who=who,
        resource_id=fresh.pk,
        revision_id=fresh.latest_revision_id or 0,
        decision=review.RETURN,
        comment=reason,
    )
