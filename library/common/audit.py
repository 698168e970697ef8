"""The audit log: who did what to which thing, and from where. Wagtail's log, with the client's address added."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from wagtail.log_actions import log

from library.common.middleware import client_address


def record(instance: Model, action: str, *, user: Any = None, revision: Any = None, **data: Any) -> None:
    """Write an entry in the caller's transaction. ``action`` is registered in the app's wagtail_hooks; data must be JSON."""
    address = client_address.get()
    if address:
        data["address"] = address
    log(instance=instance, action=action, user=user, revision=revision, data=data)
