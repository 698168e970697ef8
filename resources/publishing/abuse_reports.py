"""Reports from readers: told to the alliance's staff, written to the audit log, never published."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.audit import record
from common.middleware import client_address
from members.models import User
from members.roles import ADMINISTRATORS, EDITORS
from members.services.notifications import notify
from resources.models import Resource

PER_HOUR = 5
HOUR = 3600

REASONS = {
    "copyright": _("Copyright or other rights"),
    "privacy": _("Portraits or privacy of children and families"),
    "wrong": _("Wrong or unsafe content"),
    "unlawful": _("Unlawful or improper content"),
    "broken": _("Does not open, or is out of date"),
    "other": _("Something else"),
}


class TooMany(Exception):
    """More than ``PER_HOUR`` reports from one address."""


def report(*, resource: Resource, who: Any, reason: str, text: str, contact: str) -> int:
    """Tell every editor and administrator; returns how many. ``reason``: a key of ``REASONS``. Raises TooMany."""
    _count(client_address.get())
    staff = User.objects.filter(Q(groups__name__in=[EDITORS, ADMINISTRATORS]) | Q(is_superuser=True), is_active=True)
    number = uuid.uuid4().hex[:12]
    user = who if getattr(who, "is_authenticated", False) else None
    with transaction.atomic(), override("zh-hans"):
        record(resource, "resources.reported", user=user, reason=reason, text=text, contact=contact)
        subject = gettext("Report about “%(title)s”") % {"title": resource.title}
        lines = [gettext("Reason: %(reason)s") % {"reason": REASONS[reason]}, text]
        if contact:
            lines.append(gettext("Reply to: %(contact)s") % {"contact": contact})
        told = 0
        for person in staff.distinct():
            notify(
                user=person,
                key=f"report:{number}:{person.pk}",
                subject=subject[:300],
                body="\n".join(lines),
                path=resource.get_absolute_url(),
            )
            told += 1
    return told


def _count(address: str) -> None:
    # (Not incr: outside memcached and Redis it gives the entry the cache's own five minutes.)
    key, now = f"report:{address}", time.time()
    earlier = [when for when in cache.get(key, []) if when > now - HOUR]
    if len(earlier) >= PER_HOUR:
        raise TooMany
    cache.set(key, [*earlier, now], HOUR)
