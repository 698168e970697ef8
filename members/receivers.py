"""Create groups and their permissions after migrations.

Idempotent, because post_migrate also runs after a test's flush.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from members.roles import ADMINISTRATORS, EDITORS, grant

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
