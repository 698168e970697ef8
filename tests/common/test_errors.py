"""Refusals shown to users: one base class, one JSON body in the API."""

from __future__ import annotations

import json
import time

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from common.errors import UserError, within_hourly_limit
from library.api import api
from tests.factories.concurrency import run_concurrently


class TooEarly(UserError):
    code = "too_early"
    message = "Come back tomorrow."


def test_a_subclass_states_code_and_message_and_a_raise_may_replace_them():
    assert (TooEarly().code, str(TooEarly()), TooEarly().http_status) == ("too_early", "Come back tomorrow.", 409)
    other = TooEarly("Come back on Monday.", http_status=422)
    assert (other.code, str(other.message), other.http_status) == ("too_early", "Come back on Monday.", 422)


def test_the_api_answers_with_the_code_the_message_and_the_status():
    answer = api.on_exception(RequestFactory().get("/api/uploads"), TooEarly(http_status=422))
    assert answer.status_code == 422
    assert json.loads(answer.content) == {"code": "too_early", "message": "Come back tomorrow."}


def test_requests_of_one_instant_do_not_pass_an_hourly_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.delete("report:198.51.100.7")
    read = cache.get

    def slowly(*args: object) -> object:
        found = read(*args)
        time.sleep(0.02)
        return found

    monkeypatch.setattr(cache, "get", slowly)
    passed = run_concurrently(*[lambda: within_hourly_limit("report:198.51.100.7", 3)] * 8)
    assert sorted(passed) == [False] * 5 + [True] * 3
