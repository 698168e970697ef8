"""The demo is loaded once for the tests that only look at it: half a minute each time would be too dear."""

from __future__ import annotations

import pytest

from demo import loader


@pytest.fixture(scope="module")
def loaded_demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo in the database, rolled back when the last of these tests is done. Gives how many resources it made."""
    from django.db import transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(VAR=tmp_path_factory.mktemp("demo")):
        sweep = transaction.atomic()
        sweep.__enter__()
        try:
            yield loader.load()
        finally:
            transaction.set_rollback(True)
            sweep.__exit__(None, None, None)
