"""The tokens in links for a new password.

Only allauth imports this module, by its setting: importing it first would import it twice.
"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator


class ResetTokens(EmailAwarePasswordResetTokenGenerator):
    """As allauth's: ends with a sign-in, a new password and a new address. Ends with a closed account too."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"
