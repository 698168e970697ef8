"""The demo, loaded once for the tests that only read it: it takes half a minute."""

from __future__ import annotations

import pytest

from demo import loader


@pytest.fixture(scope="module")
def loaded_demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """Load the demo and roll it back after the module. The value is the number of resources."""
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
