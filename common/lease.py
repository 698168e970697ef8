"""Leases: of many processes, one does a job. The rows are ``common.models.Lease``."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.models import Lease

log = logging.getLogger(__name__)


def take_lease(name: str, *, holder: str, duration: timedelta, now: datetime | None = None) -> bool:
    """Take or renew a lease. True when ``holder`` has it now; False when another process does."""
    now = now or timezone.now()
    with transaction.atomic():
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now})
        free_or_mine = Q(until__lte=now) | Q(holder=holder)
        return bool(Lease.objects.filter(free_or_mine, name=name).update(holder=holder, until=now + duration))


def release_lease(name: str, *, holder: str) -> None:
    """End a lease early, so that the next process need not wait for it to run out."""
    Lease.objects.filter(name=name, holder=holder).update(until=timezone.now(), holder="")


def take_over_lease(name: str, *, holder: str, duration: timedelta) -> bool:
    """Take a lease at once when its holder was a process of this machine that no longer exists."""
    row = Lease.objects.filter(name=name).first()
    if row is None or not _is_gone(row.holder):
        return False
    log.info("taking the lease %s over from %s, which is gone", name, row.holder)
    release_lease(name, holder=row.holder)
    return take_lease(name, holder=holder, duration=duration)


def process_holder() -> str:
    """A name for this process that ``take_over_lease`` can recognise later."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def _is_gone(holder: str) -> bool:
    """Whether the holder's process has ended. False when that can't be told."""
    host, _colon, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
