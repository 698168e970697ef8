"""Data of a site before a journey: two schools, their users and existing resources.

Run inside the site's own settings (Site.python), because the journey's site is another process with another database.
"""

from __future__ import annotations

import random
import uuid

from django.db import transaction

from tests.journeys.deck import near_miss

PASSWORD = "journey-password-9"
PEOPLE = {
    "teacher_a": ("teacher-a@example.org", "a", "teacher"),
    "reviewer_a": ("reviewer-a@example.org", "a", "reviewer"),
    "teacher_b": ("teacher-b@example.org", "b", "teacher"),
    "editor": ("editor@example.org", None, None),
}


def people() -> dict[str, str]:
    """Create schools a and b and a user of each role. Returns role → e-mail address."""
    from django.contrib.auth.models import Group

    from members.models import Membership, School, User
    from members.roles import EDITORS

    schools = {
        slug: School.objects.create(name=f"旅程学院{slug.upper()}", slug=f"journey-{slug}", kind="college")
        for slug in "ab"
    }
    for email, slug, role in PEOPLE.values():
        user = User.objects.create_user(email, PASSWORD, last_name="周", first_name=email.split("@", maxsplit=1)[0])
        if slug and role:
            Membership.objects.create(user=user, school=schools[slug], role=role)
        else:
            user.groups.add(Group.objects.get(name=EDITORS))
    return {name: row[0] for name, row in PEOPLE.items()}


@transaction.atomic
def near_misses(*, pages: int = 5000, per_resource: int = 100) -> int:
    """Create resources whose pages nearly contain the phrases. Returns the number of pages."""
    from members.models import School, User
    from resources.models import FilePage
    from tests.factories import BlobFactory, ResourceFactory

    draw = random.Random(5)
    school, user = School.objects.get(slug="journey-b"), User.objects.get(email=PEOPLE["teacher_b"][0])
    for number in range(pages // per_resource):
        blob = BlobFactory(
            school=school,
            uploaded_by=user,
            key=f"objects/{uuid.uuid4()}",
            sha256=f"{uuid.uuid4().hex}{uuid.uuid4().hex}",
            pages=[],
        )
        FilePage.objects.bulk_create(
            FilePage(blob=blob, number=page, text=near_miss(draw)) for page in range(1, per_resource + 1)
        )
        blob.preview.page_count = per_resource
        blob.preview.save()
        ResourceFactory(
            title=f"照护流程参考{number}", school=school, contributor=user, files=[blob], live=True, visibility="public"
        )
    return pages
