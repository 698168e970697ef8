"""Accounts made by administrators, and names as the parts that accounts store."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from members.models import User
from members.roles import ADMINISTRATORS
from members.services import passwords

COMPOUND_SURNAMES = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "长孙", "端木"}
)


def split_name(name: str) -> tuple[str, str]:
    """Family name and given name of a name written in one field, Chinese or Western."""
    name = name.strip()[:100]
    if " " in name and name.isascii():
        first_name, _space, last_name = name.rpartition(" ")
        return last_name, first_name
    family = 2 if name[:2] in COMPOUND_SURNAMES else 1
    return ("", name) if name.isascii() else (name[:family], name[family:].strip())


@transaction.atomic
def invite(*, email: str, last_name: str, first_name: str, groups: Iterable[Group] = ()) -> User:
    """Create a user without a password and mail the link to set one."""
    user = User.objects.create_user(email=email, password=None, last_name=last_name, first_name=first_name)
    user.groups.set(groups)
    passwords.send_link(user=user, welcome=True)
    return user


@transaction.atomic
def create_administrator(*, email: str, password: str, last_name: str = "", first_name: str = "") -> User:
    """The first account of a new installation.

    Raises ValidationError for a weak password, ValueError when taken.
    """
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise ValueError(f"{email} has an account already.")
    user = User(email=email, last_name=last_name, first_name=first_name, is_staff=True, is_superuser=True)
    user.full_clean(exclude={"password"})
    validate_password(password, user)
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get_or_create(name=ADMINISTRATORS)[0])
    return user
