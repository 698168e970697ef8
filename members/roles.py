"""Roles in a school, and the two groups of the alliance."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _

EDITORS = "Editors"
ADMINISTRATORS = "Administrators"
GROUP_LABELS = {EDITORS: _("Editor"), ADMINISTRATORS: _("Administrator")}


class Role(models.TextChoices):
    TEACHER = "teacher", _("Teacher")
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "manager", _("Manager")


REVIEWING = frozenset({Role.REVIEWER, Role.MANAGER})
"""Roles that review a school's submissions."""


def grant(group_names: Iterable[str], permissions: Iterable[str]) -> None:
    """Give groups permissions named ``app_label.codename``. Raises DoesNotExist for an unknown permission."""
    found = []
    for name in permissions:
        app_label, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    for group_name in group_names:
        group, _created = Group.objects.get_or_create(name=group_name)
        group.permissions.add(*found)
