"""Schools and people."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from members.models import Membership, School, User
from members.roles import ADMINISTRATORS, EDITORS, Role

PASSWORD = "correct-horse-battery"


class SchoolFactory(DjangoModelFactory[School]):
    class Meta:
        model = School

    class Params:
        suspended = factory.Trait(state=School.State.SUSPENDED)

    name = factory.Sequence(lambda n: f"测试学院{n}")
    short_name = factory.Sequence(lambda n: f"测院{n}")
    slug = factory.Sequence(lambda n: f"school-{n}")
    kind = School.Kind.COLLEGE


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    last_name = "林"
    first_name = factory.Sequence(lambda n: f"老师{n}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    role = Role.TEACHER


def person(role: str = "visitor", *, school: School | None = None, **fields: Any) -> User:
    """A user with a role at ``school`` or a new one, or an editor, administrator or member of none."""
    user = UserFactory(**fields)
    if role in Role.values:
        MembershipFactory(user=user, school=school or SchoolFactory(), role=role)
    elif role == "editor":
        user.groups.add(Group.objects.get(name=EDITORS))
    elif role == "administrator":
        user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return user
