"""Links by which users set their own password. Administrators never set or see a password."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tasks import job
from members.models import User
from members.services import mail


def send_link(*, user: User, welcome: bool = False) -> None:
    """Enqueue the mail, in the caller's transaction. ``welcome``: the account is new."""
    mail_password_link.enqueue(user.pk, welcome)


@job(label=gettext_lazy("Mail a password link"), queue="mail", priority=10, waits_for=mail.SERVER_AWAY)
def mail_password_link(user_id: int, welcome: bool) -> None:
    """Make the link and mail it. The link is made here so that the queue never stores it."""
    user = User.objects.get(pk=user_id)
    if not user.is_active:
        return
    with translation.override("zh-hans"):
        words = {"name": user, "link": f"{settings.ENVIRONMENT.base_url}{link_path(user)}"}
        subject, text = _welcome() if welcome else _reset()
        mail.send(to=user.email, subject=subject, text=text % words)


def link_path(user: User) -> str:
    """The link without its host.

    Works once, for PASSWORD_RESET_TIMEOUT seconds, and only until the password changes.
    """
    key = default_token_generator.make_token(user)
    uid = user_pk_to_url_str(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})


def _welcome() -> tuple[str, str]:
    return _("Your account at the resource library"), _(
        "%(name)s:\n\nAn account at the resource library was made for you. Open this address and choose your "
        "password; it works for three days:\n\n%(link)s\n\nAfter that, ask for a new one on the sign-in page."
    )


def _reset() -> tuple[str, str]:
    return _("Set a new password"), _(
        "%(name)s:\n\nOpen this address and choose a new password; it works for three days:\n\n%(link)s\n\n"
        "If you did not ask for it, ignore this mail. Your password stays as it is."
    )
