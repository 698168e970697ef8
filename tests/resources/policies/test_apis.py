"""JSON answers follow the table for every role: uploads, search, suggestions, similar resources."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from library.api import api
from resources.models import UploadSession
from resources.policies import Action
from resources.storage import get_store
from search import engine_provider as engines
from search.indexing.indexer import deliver_all
from tests.resources.policies.policy_table import PEOPLE_OF, ROLES, Alliance, Thing, expected
from tests.resources.policies.test_views import client_of, is_signed_in, some

pytestmark = pytest.mark.django_db
COMPLETE = True
JSON = "application/json"

# What a rule of this file says about each operation of the API.
OWNER = "the uploader alone, others 404"
OWNER_AT_WORK = "the uploader alone, while they work at the school, others 404"
AT_WORK = "whoever works at a school"
SIGNED_IN = "whoever has signed in, their own only"
EVERYBODY = "everybody, what they may find"

RULES = {
    ("GET", "/uploads"): SIGNED_IN,
    ("POST", "/uploads"): AT_WORK,
    ("GET", "/uploads/{uid}"): OWNER,
    ("DELETE", "/uploads/{uid}"): OWNER,
    ("GET", "/uploads/{uid}/parts"): OWNER,
    ("POST", "/uploads/{uid}/parts"): OWNER_AT_WORK,
    ("POST", "/uploads/{uid}/complete"): OWNER_AT_WORK,
    ("POST", "/uploads/{uid}/retry"): OWNER_AT_WORK,
    ("GET", "/search"): EVERYBODY,
}
ONE_UPLOAD = [key for key, rule in RULES.items() if rule in (OWNER, OWNER_AT_WORK)]
UPLOADERS = {"author": "ours", "former": "ours", "suspended": "suspended"}


def test_every_operation_of_the_api_has_a_rule():
    operations = {
        (method, prefix + path)
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert operations == set(RULES)


# --- uploads


def upload_of(alliance: Alliance, role: str) -> UploadSession:
    """One that was begun when its owner still worked at the school."""
    key = f"objects/{uuid.uuid4()}"
    return UploadSession.objects.create(
        owner=alliance.users[role],
        school=alliance.schools[UPLOADERS[role]],
        name="洗手.pptx",
        size=6,
        key=key,
        upload_id=get_store().start_multipart(key, media_type="", part_size=6),
        part_size=6,
        idempotency_key=key,
        expires=timezone.now() + timedelta(days=1),
    )


def ask(client: Client, method: str, path: str, upload: UploadSession) -> Any:
    address = "/api" + path.replace("{uid}", str(upload.uid))
    body = {"parts": [{"number": 1}]} if (method, path) == ("POST", "/uploads/{uid}/parts") else {}
    return client.generic(method, address, data=json.dumps(body), content_type=JSON)


@pytest.mark.parametrize("owner", UPLOADERS)
@pytest.mark.parametrize(("method", "path"), ONE_UPLOAD, ids=[" ".join(key) for key in ONE_UPLOAD])
def test_an_upload_is_its_owners(alliance: Alliance, method: str, path: str, owner: str):
    upload = upload_of(alliance, owner)
    before = UploadSession.objects.filter(pk=upload.pk).values().get()
    for role in sorted(ROLES, key=lambda role: role == owner):
        answer = ask(client_of(alliance, role), method, path, upload)
        if not is_signed_in(role):
            assert answer.status_code == 401, role
        elif role != owner:
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), role
        elif RULES[method, path] == OWNER_AT_WORK and role not in PEOPLE_OF[UPLOADERS[owner]]:
            assert answer.json()["code"] in ("not_a_member", "not_uploaded"), role
        else:
            assert answer.status_code == 200 or answer.json()["code"] in ("parts_missing", "not_uploaded"), role
            continue
        assert UploadSession.objects.filter(pk=upload.pk).values().get() == before, role


@pytest.mark.parametrize("role", ROLES)
def test_an_upload_is_begun_by_whoever_works_at_a_school_and_for_that_school(alliance: Alliance, role: str):
    client = client_of(alliance, role)
    own = [name for name, people in PEOPLE_OF.items() if role in people]
    for name, school in alliance.schools.items():
        body = {"name": "洗手.pptx", "size": 6, "idempotency_key": f"{role}-{name}", "school": school.pk}
        answer = client.post("/api/uploads", body, content_type=JSON)
        if not is_signed_in(role):
            wanted = 401
        elif name in own:
            wanted = 201
        elif own:
            wanted = 422
        else:
            wanted = 403
        assert answer.status_code == wanted, f"{role} for {name}"


@pytest.mark.parametrize("role", ROLES)
def test_the_list_holds_ones_own_uploads_only(alliance: Alliance, role: str):
    uploads = {owner: upload_of(alliance, owner) for owner in UPLOADERS}
    answer = client_of(alliance, role).get("/api/uploads")
    if not is_signed_in(role):
        assert answer.status_code == 401
        return
    own = uploads.get(role)
    assert [row["uid"] for row in answer.json()] == ([str(own.uid)] if own else [])


# --- search


@pytest.fixture(scope="module")
def index(alliance: Alliance, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    folder = tmp_path_factory.mktemp("index")
    with django_db_blocker.unblock(), override_settings(SEARCH_FOLDER=folder, SEARCH_URL=""):
        engines.forget()
        with engines.opened_writer() as writer:
            deliver_all(writer)
        engines.forget()
    return folder


@pytest.fixture(params=["engine", "database"])
def answering(request: pytest.FixtureRequest, index: Path, settings: Any) -> Iterator[str]:
    """Who answers: the index, or the database while the engine is away."""
    settings.SEARCH_FOLDER = index
    settings.SEARCH_URL = "" if request.param == "engine" else "http://127.0.0.1:9"
    engines.forget()
    yield request.param
    engines.forget()


def findable(alliance: Alliance, role: str) -> list[Thing]:
    return [one for one in alliance.things if expected(role, Action.FIND, one)]


def hidden(alliance: Alliance, role: str) -> list[Thing]:
    return [one for one in alliance.things if not expected(role, Action.FIND, one)]


def one_of_each(alliance: Alliance) -> list[Thing]:
    """Every state and visibility once: what may be found does not depend on the licence."""
    return some(alliance, downloads=("anyone",))


def all_pages(client: Client, address: str) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    while not answers or sum(len(one["results"]) for one in answers) < answers[0]["total"]:
        page = client.get(f"{address}&page={len(answers) + 1}").json()
        answers.append(page)
        assert page["results"] or not page["total"], "the total promises more than the pages hold"
    return answers


@pytest.mark.parametrize("text", ["", "照护课件"], ids=["browsing", "asking"])
@pytest.mark.parametrize("role", ROLES)
def test_search_gives_counts_and_sums_what_one_may_find(alliance: Alliance, answering: str, role: str, text: str):
    client = client_of(alliance, role)
    found = all_pages(client, f"/api/search?q={text}")
    wanted = findable(alliance, role)
    assert found[0]["degraded"] == (answering == "database")
    assert sorted(row["id"] for page in found for row in page["results"]) == sorted(one.resource.pk for one in wanted)
    assert {page["total"] for page in found} == {len(wanted)}
    if answering == "engine":
        licences = Counter(one.resource.licence.code for one in wanted)
        schools = Counter(one.resource.school.slug for one in wanted)
        for name, counts in (("licence", licences), ("school", schools)):
            assert {each["value"]: each["count"] for each in found[0]["facets"].get(name, [])} == counts, name


@pytest.mark.parametrize("role", ROLES)
def test_page_hits_lead_to_files_of_what_one_may_find(alliance: Alliance, answering: str, role: str):
    files = {str(one.resource.latest_revision.files.get().uid): one.resource.pk for one in findable(alliance, role)}
    for page in all_pages(client_of(alliance, role), "/api/search?q=流动水"):
        for row in page["results"]:
            assert {files.get(hit["file"]) for hit in row["pages"]} <= {row["id"]}
            assert row["pages"] or answering == "database"


@pytest.mark.parametrize("role", ROLES)
def test_filters_and_exact_titles_betray_nothing(alliance: Alliance, answering: str, role: str):
    client = client_of(alliance, role)
    for one in one_of_each(alliance):
        if expected(role, Action.FIND, one):
            continue
        address = f"/api/search?q={one.resource.title}&school={one.resource.school.slug}"
        answers = all_pages(client, address)
        assert one.resource.pk not in {row["id"] for page in answers for row in page["results"]}, str(one)
        assert one.resource.title not in str(answers), str(one)


@pytest.mark.parametrize("role", ROLES)
def test_suggestions_name_what_one_may_find(alliance: Alliance, answering: str, role: str):
    client = client_of(alliance, role)
    for one in one_of_each(alliance):
        offers = client.get(reverse("suggest"), {"q": one.resource.title}).json()["items"]
        offered = one.resource.title in [offer["text"] for offer in offers]
        assert offered <= expected(role, Action.FIND, one), str(one)
        if answering == "engine" and expected(role, Action.FIND, one):
            assert offered, str(one)


@pytest.mark.parametrize("role", ROLES)
def test_similar_ones_are_shown_beside_what_one_may_find_and_are_that_themselves(
    alliance: Alliance, answering: str, role: str
):
    client = client_of(alliance, role)
    for one in one_of_each(alliance):
        answer = client.get(reverse("similar", args=[one.resource.pk]))
        assert answer.status_code == (200 if expected(role, Action.FIND, one) else 404), str(one)
        page = answer.content.decode()
        assert [str(other) for other in hidden(alliance, role) if other.resource.title in page] == []
