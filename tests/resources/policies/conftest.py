"""One alliance per module: it takes seconds to build, and every test is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.resources.policies.policy_table import Alliance, build


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Replace pytest-django's fixture: here the alliance opens and closes the database."""


@pytest.fixture(scope="module")
def alliance(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[Alliance]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(complete=getattr(request.module, "COMPLETE", False))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _undo(alliance: Alliance) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
