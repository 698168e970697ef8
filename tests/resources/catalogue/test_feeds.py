"""Atom feeds: read by programs that sign in nowhere."""

from __future__ import annotations

import pytest
from defusedxml import ElementTree

from tests.factories import ResourceFactory, SchoolFactory

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def entries(answer):
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content).findall("a:entry", ATOM)


def test_the_feed_has_public_resources_with_whole_addresses_newest_first(client):
    first = ResourceFactory(live=True, title="洗手歌")
    second = ResourceFactory(live=True, title="睡前\x0b故事", description="一\x01二")
    ResourceFactory(live=True, title="联盟内", visibility="alliance")
    ResourceFactory(title="草稿")
    found = entries(client.get("/feed/"))
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in found] == ["睡前故事", "洗手歌"]
    links = [entry.find("a:link", ATOM).attrib["href"] for entry in found]
    assert links == [f"http://testserver{each.get_absolute_url()}" for each in (second, first)]


def test_a_school_has_a_feed_of_its_own_named_by_its_page(client):
    school = SchoolFactory(name="照护学院", slug="care")
    mine = ResourceFactory(live=True, school=school)
    ResourceFactory(live=True)
    (entry,) = entries(client.get("/schools/care/feed/"))
    assert entry.findtext("a:title", namespaces=ATOM) == mine.title
    assert '"/schools/care/feed/"' in client.get("/schools/care/").content.decode()
    assert client.get("/schools/nobody/feed/").status_code == 404


def test_a_feed_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    for _number in range(5):
        ResourceFactory(live=True)
    with django_assert_max_num_queries(4):
        assert len(entries(client.get("/feed/"))) == 5
