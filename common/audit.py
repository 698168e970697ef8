"""The audit log: who did what to which object, and from which IP address.

Wagtail's log with the IP address added.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils.text import capfirst
from wagtail.log_actions import log

from common.middleware import client_address


def record(instance: Model, action: str, *, user: Any = None, revision: Any = None, **data: Any) -> None:
    """Write an entry in the caller's transaction.

    The app's wagtail_hooks registers ``action``; ``data`` must be JSON.
    """
    # For an object without a title Wagtail would write the English class name.
    title = str(instance) or f"{capfirst(instance._meta.verbose_name)} {instance.pk}"
    log(instance=instance, action=action, user=user, revision=revision, title=title, data=data)


def record_ip_addresses() -> None:
    """Add the client's IP address to every entry written during a request, also to Wagtail's own entries."""
    pre_save.connect(_add_ip_address, dispatch_uid="audit_address")


def _add_ip_address(sender: Any, instance: Any, **kwargs: Any) -> None:
    from wagtail.models import BaseLogEntry

    address = client_address.get()
    if address and instance.pk is None and isinstance(instance, BaseLogEntry):
        instance.data = {**(instance.data or {}), "address": address}
