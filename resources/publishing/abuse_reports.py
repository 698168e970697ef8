"""Reports from readers: sent to the alliance's staff and written to the audit log, never published."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.audit import record
from common.errors import UserError, within_hourly_limit
from common.middleware import client_address
from members.models import User
from members.roles import ADMINISTRATORS, EDITORS
from members.services.notifications import notify
from resources.models import Resource

PER_HOUR = 5

REASONS = {
    "copyright": _("Copyright or other rights"),
    "privacy": _("Portraits or privacy of children and families"),
    "wrong": _("Wrong or unsafe content"),
    "unlawful": _("Unlawful or improper content"),
    "broken": _("Does not open, or is out of date"),
    "other": _("Something else"),
}


class TooManyReports(UserError):
    """More than ``PER_HOUR`` reports from one IP address."""

    code = "too_many_reports"
    http_status = 429
    message = _("Several reports came from here within the hour. Please write again later, or by e-mail.")


def report(*, resource: Resource, who: User | AnonymousUser, reason: str, text: str, contact: str) -> int:
    """Notify editors and administrators; returns how many. ``reason``: a key of REASONS.

    Raises TooManyReports.
    """
    if not within_hourly_limit(f"report:{client_address.get()}", PER_HOUR):
        raise TooManyReports
    staff = User.objects.filter(Q(groups__name__in=[EDITORS, ADMINISTRATORS]) | Q(is_superuser=True), is_active=True)
    people = list(staff.distinct())
    number = uuid.uuid4().hex[:12]
    user = who if who.is_authenticated else None
    with transaction.atomic(), override("zh-hans"):
        record(resource, "resources.reported", user=user, reason=reason, text=text, contact=contact)
        subject = gettext("Report about “%(title)s”") % {"title": resource.title}
        lines = [gettext("Reported because of: %(reason)s") % {"reason": REASONS[reason]}, text]
        if contact:
            lines.append(gettext("Reply to: %(contact)s") % {"contact": contact})
        for person in people:
            notify(
                user=person,
                key=f"report:{number}:{person.pk}",
                subject=subject[:300],
                body="\n".join(lines),
                path=resource.get_absolute_url(),
            )
    return len(people)
