"""Refusals shown to users: one base class, one JSON body in the API."""

from __future__ import annotations

import json

from django.test import RequestFactory

from common.errors import UserError
from library.api import api


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
