"""Creation of accounts, by administrators only."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from members.models import User
from members.roles import ADMINISTRATORS
from members.services import passwords


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
