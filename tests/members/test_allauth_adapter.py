"""members/allauth_adapter.py overrides and calls parts of allauth that are private, so an update may remove them.

When one of these tests fails after an update of django-allauth: read its release notes and the new
allauth/account/adapter.py and allauth/core/internal/ratelimit.py, adapt the adapter, and see that test_sign_in.py still
passes. A public hook for the key of failed sign-ins would make this file unnecessary.
"""

from __future__ import annotations

import inspect

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit

CALLED = {
    "consume": {"request", "action", "key"},
    "clear": {"request", "action", "key"},
    "get_rates": {"action"},
    "get_cache_key": {"request", "action", "rate", "key"},
    "get_ip": {"request"},
}
OVERRIDDEN = [
    "get_client_ip",
    "_get_login_attempts_cache_key",
    "pre_authenticate",
    "_rollback_login_failed_rl_usage",
    "_delete_login_attempts_cached_email",
    "authentication_failed",
    "validation_error",
    "send_password_reset_mail",
]


@pytest.mark.parametrize("name", CALLED)
def test_the_private_functions_the_adapter_calls_are_there_with_their_arguments(name: str):
    parameters = inspect.signature(getattr(ratelimit, name)).parameters
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())
    assert takes_any or parameters.keys() >= CALLED[name]


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_the_methods_the_adapter_overrides_are_still_called_so(name: str):
    assert callable(getattr(DefaultAccountAdapter, name))


def test_a_use_of_a_limit_can_still_be_taken_back():
    assert callable(ratelimit.RateLimitUsage.rollback)
