"""The search page, the API and the suggestions answer any query string."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import engine_provider as engines
from search.analysis.clean_text import clean_text
from search.facets import BY_NAME
from search.query.params import read_params
from tests.factories import ResourceFactory

pytestmark = pytest.mark.django_db

STRANGE = [
    "\x00",
    "洗\x00手",
    "\ud800",
    "洗手\udfff",
    "a" * 10_000,
    "洗手" * 5_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    '"未闭合',
    "(((((",
    "title:洗手 AND (NOT body:[* TO *])",
    "*",
    "?*~^:\\",
    "👶🏽‍🍼",
    "\u202e反向",
    "\u0301" * 500,
    "𠮷野家",
    "١٢٣",
    "%00%ff",
    " \t\n ",
    "的",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 10,
]

PATHS = ["/search/?q={}", "/search/suggest?q={}", "/api/search?q={}"]


@pytest.fixture
def filled(bring_index_up_to_date):
    ResourceFactory(live=True, title="洗手", files=[["洗手要用流动水"]])
    bring_index_up_to_date()


@pytest.mark.parametrize("path", PATHS)
def test_strange_words_are_answered(client, filled, path):
    for text in STRANGE:
        address = path.format(quote(text.encode("utf-8", "surrogatepass")))
        response = client.get(address)
        assert response.status_code == 200, text[:50]
        assert "X-Search-Degraded" not in response, text[:50]
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize("away", [False, True], ids=["engine", "database"])
def test_strange_filters_are_answered(client, filled, settings, away):
    if away:
        settings.SEARCH_URL = "http://127.0.0.1:9"
        engines.forget()
    for name in [*BY_NAME, "months", "sort", "page", "literal", "unknown"]:
        for value in ["", "x" * 5000, "\x00", "%ed%a0%80", "-1", "0", "9" * 30, "1e9", "洗手", "a,b", "NaN", "٣"]:
            response = client.get(f"/search/?q={quote('洗手')}&{name}={quote(value, safe='%')}")
            assert response.status_code in (200, 302), (name, value[:20])
            assert client.get(f"/api/search?{name}={quote(value, safe='%')}").status_code == 200, (name, value[:20])
    many = "&".join(f"type=t{number}" for number in range(500))
    assert client.get(f"/search/?{many}").status_code == 200


def test_other_methods_are_refused_not_failed(client):
    assert client.post("/search/").status_code == 405
    assert client.post("/search/suggest").status_code == 405


@given(text=st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cleaned_text_is_one_line_that_every_part_can_take(text):
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert "\n" not in cleaned
    assert len(cleaned) <= 200
    assert clean_text(cleaned) == cleaned


@given(data=st.dictionaries(st.sampled_from([*BY_NAME, "q", "months", "page", "sort"]), st.text(max_size=80)))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_address_made_from_a_question_asks_the_same_question(data):
    from django.http import QueryDict

    query = QueryDict(mutable=True)
    query.update(data)
    params = read_params(query)
    again = read_params(QueryDict(params.query(page=params.page).removeprefix("?")))
    assert again == params
