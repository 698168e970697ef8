"""The audit log: who did what to which thing, and from where. Wagtail's log, with the client's address added."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils.text import capfirst
from wagtail.log_actions import log

from common.middleware import client_address


def record(instance: Model, action: str, *, user: Any = None, revision: Any = None, **data: Any) -> None:
    """Write an entry in the caller's transaction. ``action`` is registered in the app's wagtail_hooks; data must be JSON."""
    # A thing without a title yet: Wagtail would write the class's English name, whatever the reader's language.
    title = str(instance) or f"{capfirst(instance._meta.verbose_name)} {instance.pk}"
    log(instance=instance, action=action, user=user, revision=revision, title=title, data=data)


def record_ip_addresses() -> None:
    """Every entry written while a request is answered gets its client's address, Wagtail's own entries too."""
    pre_save.connect(_note_address, dispatch_uid="audit_address")


def _note_address(sender: Any, instance: Any, **kwargs: Any) -> None:
    from wagtail.models import BaseLogEntry

    address = client_address.get()
    if address and instance.pk is None and isinstance(instance, BaseLogEntry):
        instance.data = {**(instance.data or {}), "address": address}
