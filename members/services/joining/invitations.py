"""What managers do with invitations: make a link, invite addresses, send again, withdraw."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import audit
from common.errors import UserError
from members import policies
from members.models import Invitation, School, User
from members.models.invitation import LIFETIME, new_seed
from members.services.joining.mail import send_invitation
from members.services.joining.rows import RowReport
from members.services.memberships import UnknownRole, locked_school

MOST_USES = 300
LONGEST = timedelta(days=180)


class BadLimits(UserError):
    code = "bad_limits"
    message = _("A link is for 1 to 300 people and ends within 180 days.")


@transaction.atomic
def make_link(*, who: User, school_id: int, role: str, max_uses: int, until: date) -> Invitation:
    """Make the school's link. It replaces the one before, which ends. Raises UnknownRole, BadLimits."""
    school = locked_school(who, school_id)
    _check_role(who, school, role)
    ends = timezone.make_aware(datetime.combine(until, time.max))
    if not 1 <= max_uses <= MOST_USES or not timezone.now() < ends <= timezone.now() + LONGEST + timedelta(days=1):
        raise BadLimits
    _end_links(school)
    link = Invitation.objects.create(school=school, role=role, invited_by=who, max_uses=max_uses, expires=ends)
    audit.record(link, "members.make_link", user=who, role=role, max_uses=max_uses, until=until.isoformat())
    return link


@transaction.atomic
def end_link(*, who: User, school_id: int) -> None:
    school = locked_school(who, school_id)
    for link in _end_links(school):
        audit.record(link, "members.withdraw_invitation", user=who)


@transaction.atomic
def invite_rows(*, who: User, school_id: int, rows: Iterable[RowReport]) -> int:
    """Invite the addresses of the rows that are in order, and mail them. Returns how many.

    An unfinished invitation of the same address is renewed: its old link ends.
    """
    school = locked_school(who, school_id)
    invited = 0
    for row in rows:
        if not row.can_be_invited:
            continue
        _check_role(who, school, row.role)
        invitation = Invitation.objects.unfinished().filter(school=school, email=row.email).first()
        invitation = invitation or Invitation(school=school, email=row.email)
        invitation.role, invitation.name, invitation.invited_by, invitation.link = row.role, row.name, who, None
        _renew(invitation)
        audit.record(invitation, "members.invite", user=who, role=row.role)
        invited += 1
    return invited


@transaction.atomic
def send_again(*, who: User, school_id: int, invitation_id: int) -> Invitation:
    """Renew an unfinished invitation and mail its new link. Raises Invitation.DoesNotExist."""
    locked_school(who, school_id)
    invitation = _unfinished(school_id, invitation_id)
    if invitation.link_id is not None:
        # The manager now names this address, with the role that the link gave.
        invitation.link, invitation.invited_by = None, who
    _renew(invitation)
    audit.record(invitation, "members.invite", user=who, role=invitation.role)
    return invitation


@transaction.atomic
def withdraw(*, who: User, school_id: int, invitation_id: int) -> Invitation:
    """End an unfinished invitation. Raises Invitation.DoesNotExist."""
    locked_school(who, school_id)
    invitation = _unfinished(school_id, invitation_id)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(invitation, "members.withdraw_invitation", user=who)
    return invitation


def _unfinished(school_id: int, invitation_id: int) -> Invitation:
    return Invitation.objects.personal().unfinished().get(pk=invitation_id, school_id=school_id)


def _renew(invitation: Invitation) -> None:
    invitation.seed = new_seed()
    invitation.created = timezone.now()
    invitation.expires = timezone.now() + LIFETIME
    invitation.save()
    send_invitation(invitation)


def _end_links(school: School) -> list[Invitation]:
    links = list(Invitation.objects.links().filter(school=school, withdrawn_at=None))
    for link in links:
        link.withdrawn_at = timezone.now()
        link.save(update_fields=["withdrawn_at"])
    return links


def _check_role(who: User, school: School, role: str) -> None:
    if role not in policies.grantable_roles(who, school.pk):
        raise UnknownRole
