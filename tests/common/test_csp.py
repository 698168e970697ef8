"""The Content Security Policy: no inline script, and files only from the store."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from common.csp import ContentSecurityPolicy, directives
from tests.factories import person

SITE = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "media-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'self'"},
    "manifest-src": {"'self'"},
}
ADMIN = SITE | {
    "script-src": {"'self'", "'unsafe-inline'"},
    "style-src": {"'self'", "'unsafe-inline'"},
    "img-src": {"'self'", "data:", "blob:"},
    "frame-src": {"'self'"},
}


def policy(response: Any) -> dict[str, set[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: set(values) for name, *values in parts}


@pytest.mark.django_db
def test_the_site_allows_no_inline_script_and_nothing_from_elsewhere(client: Client):
    for path in ("/", "/search/", "/api/search", "/accounts/login/", "/none/", "/healthz"):
        assert policy(client.get(path)) == SITE, path


@pytest.mark.django_db
def test_the_admin_may_use_inline_script_and_style(client: Client):
    client.force_login(person("editor"))
    assert policy(client.get("/cms/")) == ADMIN


def test_a_view_that_sets_the_header_is_left_alone():
    own = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    answer = ContentSecurityPolicy(lambda _request: own)(RequestFactory().get("/store/x"))
    assert answer["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    ("s3", "origin"),
    [
        ({"S3_BUCKET": "files"}, "https://*.amazonaws.com"),
        ({"S3_BUCKET": "files", "S3_ENDPOINT": "http://store:9000"}, "http://store:9000"),
        (
            {"S3_BUCKET": "files", "S3_ENDPOINT": "http://store:9000", "S3_PUBLIC_ENDPOINT": "https://files.example"},
            "https://files.example",
        ),
        (
            {"S3_BUCKET": "files", "S3_ENDPOINT": "https://oss.example", "S3_ADDRESSING_STYLE": "virtual"},
            "https://files.oss.example",
        ),
    ],
)
def test_files_come_from_the_store_and_only_files(s3: dict[str, str], origin: str):
    found = directives(s3)
    for name in ("img-src", "media-src", "connect-src"):
        assert origin in found[name]
    assert [name for name, values in found.items() if origin in values] == ["img-src", "media-src", "connect-src"]
