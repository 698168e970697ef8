"""Adapts allauth: no sign-up, mail sent by jobs, rate limits per account and IP address."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.middleware import client_address
from members.services import passwords

APP = "allauth.account"
FROM_ANYWHERE = "login_failed_anywhere"
"""Our own entry in ACCOUNT_RATE_LIMITS: failures for one account from all IP addresses together."""
RESET_MAILS = "reset_password_mails"
"""Our own limit too: mails with a link to a new password for one account."""

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    _anywhere: ratelimit.RateLimitUsage | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address as in the audit log: behind our proxy, the one the proxy sent."""
        return client_address.get() or super().get_client_ip(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per account *and* IP address, so that an attacker elsewhere can't lock a user out."""
        return f"{self._account_key(request, **credentials)}:{ratelimit.get_ip(request)}"

    def _account_key(self, request: HttpRequest, **credentials: Any) -> str:
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return key

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        self._anywhere = ratelimit.consume(
            request, app=APP, action=FROM_ANYWHERE, key=self._account_key(request, **credentials)
        )
        if self._anywhere is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._anywhere:
            self._anywhere.rollback()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """A new password, set by the link in the mail, resets the limits."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, app=APP, action=FROM_ANYWHERE, key=self._account_key(request, **credentials))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._left, self._minutes = self._tries_left(request, **credentials)

    def _tries_left(self, request: HttpRequest, **credentials: Any) -> tuple[int | None, int]:
        """The tries this IP address has left, and the minutes it must wait after them."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        for rate in ratelimit.get_rates(app=APP, action="login_failed"):
            if rate.per == "key":
                name = ratelimit.get_cache_key(request, app=APP, action="login_failed", rate=rate, key=key)
                return max(0, rate.amount - len(cache.get(name, []))), round(rate.duration / 60)
        return None, 0

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "too_many_login_attempts":
            return ValidationError(
                _("Too many failed tries. Wait 15 minutes, or set a new password by e-mail now."), code=code
            )
        if code == "email_password_mismatch":
            left = getattr(self, "_left", None)
            words = _("Wrong account or password.")
            if left == 0:
                words += _("After %(minutes)s minutes you can try again.") % {"minutes": self._minutes}
            elif left is not None:
                words += ngettext(
                    "After %(count)s more try there is a %(minutes)s-minute wait.",
                    "After %(count)s more tries there is a %(minutes)s-minute wait.",
                    left,
                ) % {"count": left, "minutes": self._minutes}
            return ValidationError(words, code=code)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Mail the link, a limited number of times a day, so that strangers cannot fill a mailbox.

        The page shows the same message whether a mail is sent or not.
        """
        if ratelimit.consume(self.request, app=APP, action=RESET_MAILS, key=str(user.pk)) is None:
            log.warning("No further mail for a new password today for user %s", user.pk)
            return
        passwords.send_link(user=user)
