"""The token in the link of an invitation.

It is signed from a random seed: a copy of the database alone opens no invitation, and a manager can see a link again.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import UserError
from members.models import Invitation

_signer = Signer(salt="members.invitation")


class NotValid(UserError):
    """The invitation can't be accepted. All reasons that a stranger could probe for read alike."""

    code = "invitation_not_valid"
    message = _("This invitation is not valid. Check that the whole link was copied, or ask for a new one.")
    http_status = 404


class NoLongerValid(UserError):
    code = "invitation_over"
    message = _("This invitation can no longer be used. Ask the person in charge at your school for a new one.")
    http_status = 410


def token_of(invitation: Invitation) -> str:
    return _signer.sign(invitation.seed)


def path_of(invitation: Invitation) -> str:
    return reverse("join", args=[token_of(invitation)])


def url_of(invitation: Invitation) -> str:
    return f"{settings.ENVIRONMENT.base_url}{path_of(invitation)}"


def invitation_for(token: str, *, lock: bool = False) -> Invitation:
    """The open invitation of a token.

    Raises NotValid for an unknown token, NoLongerValid for one that is over.
    """
    try:
        seed = _signer.unsign(token)
    except BadSignature:
        raise NotValid from None
    rows = Invitation.objects.select_related("school", "link", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(seed=seed).first()
    if found is None:
        raise NotValid
    for invitation in (found, found.link):
        if invitation and (invitation.withdrawn_at or invitation.is_expired or invitation.is_used_up):
            raise NoLongerValid
    if not found.school.is_active:
        raise NoLongerValid
    return found
