"""The mail with the link of an invitation."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tasks import job
from members.models import Invitation
from members.services import mail
from members.services.joining import tokens


def send_invitation(invitation: Invitation) -> None:
    """Enqueue the mail, in the caller's transaction."""
    mail_invitation.enqueue(invitation.pk)


@job(label=gettext_lazy("Mail an invitation"), queue="mail", priority=10, waits_for=mail.SERVER_AWAY)
def mail_invitation(invitation_id: int) -> None:
    """Mail the link. It is made here so that the queue never stores it."""
    invitation = Invitation.objects.select_related("school", "invited_by").get(pk=invitation_id)
    if invitation.withdrawn_at or invitation.is_expired or invitation.is_used_up:
        return
    with translation.override("zh-hans"):
        words = {
            "name": invitation.name or _("Hello"),
            "school": invitation.school,
            "role": invitation.get_role_display(),
            "who": invitation.invited_by,
            "day": timezone.localtime(invitation.expires).strftime("%Y-%m-%d"),
            "link": tokens.url_of(invitation),
        }
        subject = _("%(school)s invites you to the resource library") % words
        mail.send(
            to=invitation.email, subject=subject, text=_by_link() % words if invitation.link_id else _text() % words
        )


def _text() -> str:
    return _(
        "%(name)s:\n\n%(who)s of %(school)s invites you to the resource library, as: %(role)s. Open this address to "
        "accept; it works until %(day)s:\n\n%(link)s\n\nIf you do not know what this is about, ignore this mail."
    )


def _by_link() -> str:
    return _(
        "%(name)s:\n\nThis address was entered to join %(school)s at the resource library. Open this address to "
        "confirm; it works until %(day)s:\n\n%(link)s\n\nIf it was not you, ignore this mail."
    )
