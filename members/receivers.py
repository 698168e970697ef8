"""Create groups and their permissions after migrations.

Idempotent, because post_migrate also runs after a test's flush.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from members.models import User
from members.roles import ADMINISTRATORS, EDITORS, grant
from members.services import second_factor

PEOPLE_PERMISSIONS = [
    f"members.{verb}_{model}"
    for model in ("school", "user", "membership")
    for verb in ("add", "change", "view")  # not "delete": schools and users are deactivated
]


@receiver(post_migrate, dispatch_uid="members.seed_groups")
def seed_groups(sender: AppConfig, **kwargs: Any) -> None:
    if sender.name == "members":
        grant([ADMINISTRATORS], PEOPLE_PERMISSIONS)
        grant([EDITORS], [])
    elif sender.name == "wagtail.admin":
        grant([EDITORS, ADMINISTRATORS], ["wagtailadmin.access_admin"])


CHANGES = {authenticator_added: "added", authenticator_removed: "removed", authenticator_reset: "reset"}


@receiver(list(CHANGES), dispatch_uid="members.second_factor")
def note_second_factor(sender: Any, user: User, authenticator: Any, signal: Any, **kwargs: Any) -> None:
    if authenticator.type == authenticator.Type.TOTP or signal is authenticator_reset:
        second_factor.note_change(user, what=CHANGES[signal])
