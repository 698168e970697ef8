"""Steps of the main path through services, for measurements and fault tests.

Runs inside a site's settings (Site.python).
"""

from __future__ import annotations

import io
from typing import Any

from tests.journeys.seed import PEOPLE


def user(name: str) -> Any:
    from members.models import User

    return User.objects.get(email=PEOPLE[name][0])


def offer(*, title: str, name: str, data: bytes, who: str = "teacher_a") -> int:
    """Upload a file into a complete draft. Returns the resource's id; workers process the file."""
    from resources.uploads.completion import store_file

    session = store_file(who=user(who), school_id=None, name=name, source=io.BytesIO(data), size=len(data))
    assert session.blob
    return draft_with(session.blob.uid, title=title, who=who)


def draft_with(blob_uid: Any, *, title: str, who: str = "teacher_a") -> int:
    """A complete draft with an upload that is there; the resource's id."""
    from members.models import School
    from resources import models
    from resources.publishing import drafts

    person = user(who)
    made = drafts.create(who=person, school_id=School.objects.get(memberships__user=person).pk, title=title)
    drafts.attach_files(who=person, resource_id=made.pk, blob_uids=[blob_uid])

    def term(model: Any, code: str) -> Any:
        return model.objects.get(code=code)

    drafts.save(
        who=person,
        resource_id=made.pk,
        visibility="public",
        data={
            "title": title,
            "resource_type": term(models.ResourceType, "courseware"),
            "levels": [term(models.Level, "college")],
            "programmes": [term(models.Programme, "infant-care-college")],
            "audiences": [term(models.Audience, "students")],
            "creators": "周老师",
            "licence": term(models.Licence, "alliance"),
            "portraits": "none",
            "generated_content": "none",
            "description": "一日生活各环节的照护流程，用于实训课前阅读和课后复习，可以删改。",
            "keywords": ["照护流程", "一日生活", "实训"],
        },
    )
    return int(made.pk)


def blob_of(resource_id: int) -> Any:
    from resources.models import Resource

    draft = Resource.objects.get(pk=resource_id).get_latest_revision_as_object()
    return draft.files.all()[0].blob


def submit(resource_id: int, who: str = "teacher_a") -> None:
    from resources.publishing import review

    review.submit(who=user(who), resource_id=resource_id, commitment=True)


def approve(resource_id: int, who: str) -> None:
    from resources.models import Resource
    from resources.publishing import review

    resource = Resource.objects.get(pk=resource_id)
    review.decide(
        who=user(who),
        resource_id=resource_id,
        revision_id=resource.latest_revision_id or 0,
        decision=review.APPROVE,
        verdicts=review.all_met(),
        opened=[file.uid for file in review.unseen_in(resource, resource.latest_revision_id)],
    )
