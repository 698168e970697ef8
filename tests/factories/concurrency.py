"""Several people acting in the same instant, each on a database connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from common import audit

HELD_OPEN = 0.25
"""Seconds every transaction that writes to the audit log stays open, so that the other surely meets it."""


def run_concurrently(*acts: Callable[[], Any]) -> list[Any]:
    """Start all together; returns what each gave or raised, in order. For tests with ``transaction=True``."""
    start = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait()
            outcomes[place] = act()
        except Exception as error:  # noqa: BLE001 - the caller looks at it
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other for ever"
    return outcomes


def hold_transactions_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every act dawdle before its audit entry, inside its transaction."""
    real = audit.record

    def slowly(*args: Any, **kwargs: Any) -> None:
        time.sleep(HELD_OPEN)
        real(*args, **kwargs)

    monkeypatch.setattr(audit, "record", slowly)
