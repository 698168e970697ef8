"""Missing programs are reported by the system checks."""

from __future__ import annotations

import pytest

from resources import checks
from resources.processing import isolation
from resources.processing.render import office


def test_a_complete_machine_has_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "available", lambda: True)
    monkeypatch.setattr(isolation, "detect_isolation", lambda: isolation.Isolation.BUBBLEWRAP)
    assert checks.previews_can_be_made(None) == []


def test_missing_programs_are_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "available", lambda: False)
    monkeypatch.setattr(isolation, "detect_isolation", lambda: isolation.Isolation.LIMITS)
    found = checks.previews_can_be_made(None)
    assert [message.id for message in found] == ["resources.I001", "resources.I002"]
    assert all(message.hint for message in found)
