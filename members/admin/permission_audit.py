"""Audit entries for changed permissions, with the values before and after.

Wagtail records that a user, a membership or a school was edited, but not which fields.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from common import audit
from members.models import Membership, School, User
from members.roles import GROUP_LABELS, Role
from members.services.memberships import CHANGE_RIGHTS as ACTION

Rights = dict[str, Any]


def rights_of(instance: Model) -> Rights:
    """Fields that decide permissions, as JSON."""
    match instance:
        case Membership():
            return {"school": instance.school.label, "role": instance.role, "active": instance.active}
        case User():
            names = instance.groups.order_by("name").values_list("name", flat=True)
            return {"groups": list(names), "is_active": instance.is_active}
        case School():
            return {"state": instance.state}
    return {}


class RightsAudited:
    """Mixin for an edit view: record changed permissions in the transaction of the change."""

    def save_instance(self) -> Any:
        view: Any = self
        before = rights_of(view.model._base_manager.get(pk=view.object.pk))
        instance = super().save_instance()  # type: ignore[misc]
        record_changes(instance, before, user=view.request.user)
        return instance


def record_changes(instance: Model, before: Rights, *, user: User) -> None:
    after = rights_of(instance)
    changes = {name: [value, after[name]] for name, value in before.items() if value != after[name]}
    if changes:
        audit.record(instance, ACTION, user=user, changes=changes)


class RightsChanged(LogFormatter):
    label = gettext_lazy("Change rights")

    def format_message(self, log_entry: Any) -> str:
        model = log_entry.content_type.model_class()
        return "; ".join(
            _("%(what)s: %(before)s → %(after)s")
            % {
                "what": _("Role in the alliance") if name == "groups" else model._meta.get_field(name).verbose_name,
                "before": _in_words(name, before),
                "after": _in_words(name, after),
            }
            for name, (before, after) in log_entry.data.get("changes", {}).items()
        )


def _in_words(name: str, value: Any) -> str:
    """In the user's language; values that no longer exist as they were stored."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "groups":
        return ", ".join(str(GROUP_LABELS.get(each, each)) for each in value) or _("none")
    choices = {"role": dict(Role.choices), "state": dict(School.State.choices)}.get(name, {})
    return str(choices.get(value, value))
