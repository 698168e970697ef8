"""How every URL answers errors and HEAD, and what browsers may cache."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import ResourceFactory, person
from tests.factories.cast import make_cast

pytestmark = pytest.mark.django_db
SIX_MEGABYTES = "x" * (6 * 1024 * 1024)


@pytest.fixture
def teacher(client: Client) -> Client:
    client.force_login(person("teacher"))
    return client


# --- wrong requests


def test_a_form_that_is_too_large_gets_a_page_in_both_languages(teacher: Client):
    answer = teacher.post("/language/", {"language": SIX_MEGABYTES})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "什么都没有改动" in page
    assert "Nothing was changed" in page


def test_too_many_fields_get_the_same_page(teacher: Client):
    answer = teacher.post("/language/", {f"f{number}": "1" for number in range(4000)})
    assert answer.status_code == 400
    assert "什么都没有改动" in answer.content.decode()


def test_a_foreign_host_name_gets_the_page_and_no_second_error(client: Client, settings: Any):
    settings.ALLOWED_HOSTS = ["library.example.edu"]
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "这个网址不是本站的" in page
    assert f'<a href="{settings.WAGTAILADMIN_BASE_URL}">' in page
    assert "太大" not in page


def test_a_foreign_host_name_is_logged_in_one_line(client: Client, settings: Any, caplog: pytest.LogCaptureFixture):
    settings.ALLOWED_HOSTS = ["library.example.edu"]
    client.get("/", headers={"host": "evil.example"})
    assert "evil.example" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/uploads", SIX_MEGABYTES, 413, "too_large"),
        ("GET", "/api/none", "", 404, "not_found"),
        ("GET", "/api/uploads/x/y/z", "", 404, "not_found"),
        ("PUT", "/api/search", "", 405, "method"),
        ("PATCH", "/api/uploads", "", 405, "method"),
    ],
)
def test_the_api_refuses_in_json(teacher: Client, method: str, path: str, body: str, status: int, code: str):
    answer = teacher.generic(method, path, body, content_type="application/json")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["code"] == code
    assert any("\u4e00" <= character <= "\u9fff" for character in answer.json()["message"])
    if status == 405:
        assert method not in answer["Allow"]


def test_a_fault_of_ours_is_json_in_the_api_and_a_page_elsewhere(client: Client, monkeypatch: Any):
    def fail(*_args: Any, **_words: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("search.query.service.search", fail)
    client.raise_request_exception = False
    answer = client.get("/api/search?q=洗手")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "不是你操作的原因" in client.get("/search/?q=洗手").content.decode()


# --- HEAD


def test_head_answers_as_get_does_without_a_body(client: Client):
    people = make_cast()
    draft, reviewed, published = people.draft(), people.submitted(), people.published()
    for who, addresses in {
        people.author: [
            reverse("workspace"),
            reverse("upload"),
            reverse("notices"),
            reverse("draft", args=[draft.pk]),
            reverse("draft_files", args=[draft.pk]),
            "/api/search?q=洗手",
            "/api/uploads",
            reverse("resource_pages", args=[published.pk]),
            reverse("resource", args=[published.pk]),
            "/cms/",
        ],
        people.reviewer: [reverse("review_queue"), reverse("review", args=[reviewed.pk])],
    }.items():
        client.force_login(who)
        for address in addresses:
            head, get = client.head(address), client.get(address)
            assert head.status_code == get.status_code, address
            assert head.content == b"", address


# --- what browsers may keep


def test_pages_and_answers_for_somebody_signed_in_are_kept_nowhere(client: Client):
    people = make_cast()
    draft, published = people.draft(), people.published()
    client.force_login(people.author)
    for address in (
        "/",
        reverse("workspace"),
        reverse("draft", args=[draft.pk]),
        reverse("resource", args=[published.pk]),
        reverse("search"),
        "/accounts/",
        "/api/uploads",
        "/none/",
    ):
        assert {"private", "no-store"} <= set(client.get(address)["Cache-Control"].split(", ")), address
    client.force_login(people.editor)
    assert "no-store" in client.get("/cms/")["Cache-Control"]


def test_a_visitors_page_may_be_kept_and_varies_with_the_cookie(client: Client):
    resource = ResourceFactory(live=True)
    answer = client.get(reverse("resource", args=[resource.pk]))
    assert "no-store" not in answer.get("Cache-Control", "")
    assert "Cookie" in answer["Vary"]


def test_a_view_that_says_how_long_an_answer_may_be_kept_is_left_its_word(client: Client):
    people = make_cast()
    client.force_login(people.author)
    answer = client.get(reverse("resource_pages", args=[people.published().pk]))
    assert "max-age=300" in answer["Cache-Control"]
    assert "no-store" not in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/search/", "/api/search", "/none/", "/cms/", "/static/css/site.css"])
def test_no_page_may_use_cameras_places_or_payment(client: Client, path: str):
    policy = client.get(path)["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()"} <= set(policy.split(", "))
