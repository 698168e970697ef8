"""A fuzzer calls the API from its OpenAPI document: every answer follows the document."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.factories import ResourceFactory, person
from tests.resources.uploads.upload_protocol import announce

pytest_plugins = ["schemathesis.pytest.plugin"]  # loaded here alone: it takes two seconds

JUDGED = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]

TOKEN = "a" * 32
document = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.fixture
def signed_in(db: Any, live_server: Any) -> dict[str, str]:
    """The cookies of a teacher's browser, one upload that is open, and one resource in the index."""
    ResourceFactory(live=True, title="洗手", files=[["洗手要用流动水"]])
    engines.forget()
    with engines.opened_writer() as writer:
        deliver_all(writer)
    client = Client()
    client.force_login(person("teacher"))
    announce(client, data=b"x" * 100)
    return {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN}


@pytest.mark.django_db(transaction=True)
@document.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_no_input_makes_the_api_fail(case: schemathesis.Case, signed_in: dict[str, str], live_server: Any) -> None:
    from resources.models import UploadSession

    if "uid" in (case.path_parameters or {}):
        # Half of the time the fuzzer hits an upload there is; on its own it would never guess one.
        known = UploadSession.objects.filter(state="open").values_list("uid", flat=True).first()
        if known and uuid.uuid4().int % 2:
            case.path_parameters["uid"] = str(known)
    response = case.call(base_url=live_server.url, cookies=signed_in, headers={"X-CSRFToken": TOKEN})
    case.validate_response(response, checks=JUDGED)
