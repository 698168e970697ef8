"""What an administrator changes of somebody's rights, for the audit log: from what, to what.

Wagtail records that a person, a membership or a school was edited, not what of it.
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

ACTION = "members.change_rights"

Rights = dict[str, Any]


def rights_of(instance: Model) -> Rights:
    """Field → value, as it can be kept as JSON and read years later."""
    match instance:
        case Membership():
            return {"school": instance.school.label, "role": instance.role, "active": instance.active}
        case User():
            names = instance.groups.order_by("name").values_list("name", flat=True)
            return {"groups": list(names), "is_active": instance.is_active}
        case School():
            return {"state": instance.state}
    return {}


class RightsNoted:
    """An edit view that records which rights it changed, in the same transaction as the change."""

    def save_instance(self) -> Any:
        view: Any = self
        before = rights_of(view.model._base_manager.get(pk=view.object.pk))
        instance = super().save_instance()  # type: ignore[misc]
        note(instance, before, user=view.request.user)
        return instance


def note(instance: Model, before: Rights, *, user: User) -> None:
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
    """In the reader's language; what is not known any more as it was written."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "groups":
        return ", ".join(str(GROUP_LABELS.get(each, each)) for each in value) or _("none")
    choices = {"role": dict(Role.choices), "state": dict(School.State.choices)}.get(name, {})
    return str(choices.get(value, value))
