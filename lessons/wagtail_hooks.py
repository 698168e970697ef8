"""Names of what the audit log records of this app."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_audit_actions(actions: Any) -> None:
    actions.register_action("lessons.list_audience", _("Share a list"), _("Changed who may see a list"))
    actions.register_action("lessons.list_deleted", _("Delete a list"), _("Deleted a list"))
    actions.register_action("lessons.lesson_deleted", _("Delete a lesson"), _("Deleted a lesson"))
    actions.register_action("lessons.lesson_shared", _("Share a lesson"), _("Shared a lesson"))
    actions.register_action("lessons.lesson_unshared", _("Stop sharing a lesson"), _("Stopped sharing a lesson"))
    actions.register_action("lessons.class_link_opened", _("Open a class link"), _("Opened a class link"))
    actions.register_action(
        "lessons.class_link_extended", _("Change a class link"), _("Changed the end of a class link")
    )
    actions.register_action("lessons.class_link_stopped", _("Stop a class link"), _("Stopped a class link"))
