"""One alliance for a whole module: it takes seconds to build and no test here keeps what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.resources.policies.policy_table import Alliance, build


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Replaces pytest-django's own: the mark makes it set the database up; the alliance opens and closes it."""


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
