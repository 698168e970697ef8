"""Accept an invitation. A membership comes only from an address that its owner has proved to read."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import audit
from common.errors import UserError, within_hourly_limit
from members.models import Invitation, Membership, User
from members.models.invitation import LIFETIME
from members.services.joining.mail import send_invitation
from members.services.joining.tokens import NoLongerValid, NotValid, invitation_for
from members.services.notifications import notify
from members.services.people import split_name

MAILS_AN_HOUR = 3
"""Messages to one address, counted over all links."""
REQUESTS_PER_USE = 3
"""Addresses that may wait for their confirmation, for each person the link is for."""


class OtherAddress(UserError):
    code = "other_address"
    message = gettext_lazy("This invitation is for another e-mail address. Sign out, then open the link again.")


class FormerMember(UserError):
    code = "former_member"
    message = gettext_lazy("Your role at this school was ended. Only one of its managers can give it back to you.")


class HasAccount(UserError):
    code = "has_account"
    message = gettext_lazy("You have an account already. Sign in to accept the invitation.")


class TooManyRequests(UserError):
    code = "too_many_requests"
    message = gettext_lazy(
        "Many addresses were entered at this link and not confirmed. Ask for an invitation by e-mail."
    )
    http_status = 429


@transaction.atomic
def accept(*, who: User, token: str) -> Membership:
    """Make the signed-in user a member. Raises NotValid, NoLongerValid, OtherAddress, FormerMember.

    The user's address is proved: every password was set by a link mailed to it.
    """
    return _join(who, invitation_for(token, lock=True))


@transaction.atomic
def accept_as_new(*, token: str, name: str, password: str) -> User:
    """Make an account for the invited address, and the membership.

    Raises as ``accept``, HasAccount, and ValidationError for a weak password.
    """
    invitation = invitation_for(token, lock=True)
    if not invitation.email:
        raise NotValid
    if has_account(invitation):
        raise HasAccount
    last_name, first_name = split_name(name)
    user = User(email=invitation.email, last_name=last_name, first_name=first_name)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    audit.record(user, "members.join_as_new", user=user)
    _join(user, invitation)
    return user


def has_account(invitation: Invitation) -> bool:
    return User.objects.filter(email=invitation.email).exists()


def ask_for_mail(*, token: str, name: str, email: str) -> None:
    """Mail a confirmation to the address that was entered at a link.

    The answer is the same for every address.
    Raises NotValid, NoLongerValid, TooManyRequests.
    """
    link = invitation_for(token)
    if link.email:
        raise NotValid
    if link.requests.unfinished().count() >= link.max_uses * REQUESTS_PER_USE:
        raise TooManyRequests
    email = email.lower()
    if not within_hourly_limit(f"join-mails:{email}", MAILS_AN_HOUR):
        return
    try:
        with transaction.atomic():
            _request(link, name, email)
    except IntegrityError:
        # The same address was entered twice at the same moment; the other request sends the mail.
        return


def _request(link: Invitation, name: str, email: str) -> None:
    invitation = Invitation.objects.unfinished().filter(school=link.school, email=email).first()
    if invitation is None:
        invitation = Invitation(school=link.school, email=email, name=name, role=link.role, link=link)
        invitation.invited_by = link.invited_by
    if invitation.link_id is not None or invitation.is_expired:
        # A manager's own invitation keeps its role until it ends.
        invitation.link, invitation.role, invitation.invited_by = link, link.role, link.invited_by
        invitation.expires = min(timezone.now() + LIFETIME, link.expires)
        invitation.save()
    if not invitation.is_expired:
        send_invitation(invitation)


def _join(user: User, invitation: Invitation) -> Membership:
    if invitation.email and invitation.email != user.email:
        raise OtherAddress
    rows = list(Membership.objects.select_for_update().filter(user=user, school=invitation.school))
    if active := next((row for row in rows if row.active), None):
        return active
    if rows:
        raise FormerMember
    for one in filter(None, (invitation, invitation.link)):
        # The condition and not the row read before: several people join by one link at the same moment.
        if not Invitation.objects.unfinished().filter(pk=one.pk).update(uses=F("uses") + 1):
            raise NoLongerValid
    membership = Membership.objects.create(user=user, school=invitation.school, role=invitation.role)
    audit.record(
        membership,
        "members.join",
        user=user,
        role=invitation.role,
        invitation=invitation.pk,
        invited_by=invitation.invited_by_id,
    )
    _tell_inviter(invitation, membership)
    return membership


def _tell_inviter(invitation: Invitation, membership: Membership) -> None:
    with translation.override("zh-hans"):
        words = {"who": membership.user, "school": membership.school.label, "role": membership.get_role_display()}
        notify(
            user=invitation.invited_by,
            key=f"joined:{membership.pk}",
            subject=_("%(who)s has joined %(school)s") % words,
            body=_("Role: %(role)s") % words,
            path="/workspace/people/",
        )
