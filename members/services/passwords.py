"""The link by which people set their own password. Nobody, not even an administrator, ever knows somebody else's."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from members.models import User
from members.services import mail


def send_link(*, user: User, welcome: bool = False) -> None:
    """Enqueue the mail, in the caller's transaction. ``welcome``: the account is new."""
    from members.tasks import mail_password_link

    mail_password_link.enqueue(user.pk, welcome)


def link_for(*, user: User, base_url: str) -> str:
    """Works once, for PASSWORD_RESET_TIMEOUT seconds, and only while the password is the one it was made for."""
    key = default_token_generator.make_token(user)
    uid = user_pk_to_url_str(user)
    return base_url + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def deliver_link(*, user_id: int, welcome: bool, base_url: str) -> None:
    """The link is made here, so that it is never stored in the queue."""
    user = User.objects.get(pk=user_id)
    if not user.is_active:
        return
    with translation.override("zh-hans"):
        words = {"name": user, "link": link_for(user=user, base_url=base_url)}
        if welcome:
            subject = _("Your account at the resource library")
            text = _(
                "%(name)s:\n\nAn account at the resource library was made for you. Open this address and choose your "
                "password; it works for three days:\n\n%(link)s\n\nAfter that, ask for a new one on the sign-in page."
            )
        else:
            subject = _("Set a new password")
            text = _(
                "%(name)s:\n\nOpen this address and choose a new password; it works for three days:\n\n%(link)s\n\n"
                "If you did not ask for it, ignore this mail. Your password stays as it is."
            )
        mail.send(to=user.email, subject=subject, text=text % words)
