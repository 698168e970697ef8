"""System checks of the project, run by ``manage.py check --deploy``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import DatabaseError, connection


@register(Tags.security, deploy=True)
def production_has_its_own_key(app_configs: Any, **kwargs: Any) -> list[Error]:
    """With the public demo key, sessions and file URLs can be forged."""
    from library.environment import DEMO_SECRET_KEY

    if settings.SECRET_KEY != DEMO_SECRET_KEY:
        return []
    return [Error("SECRET_KEY is the demo key.", hint="Set SECRET_KEY; see docs/operator.md.", id="library.E001")]


@register(Tags.security, deploy=True)
def production_has_no_demo_accounts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Their password is public.

    Every process checks this as well when it starts (members/demo_accounts.py).
    """
    from members.demo_accounts import open_accounts, refusal

    if settings.DEMO:
        return []
    try:
        # Before the first migration there are no accounts at all.
        made = open_accounts().model._meta.db_table in connection.introspection.table_names()
        count = open_accounts().count() if made else 0
    except DatabaseError as error:
        return [Info(f"The database could not be asked for demo accounts: {error}", id="library.I001")]
    return [Error(refusal(count), id="library.E002")] if count else []
