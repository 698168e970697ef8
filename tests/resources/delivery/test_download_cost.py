"""A download costs the site the same however many resources there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import User
from resources.models import Resource, ResourceFile
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, publish

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36"


@pytest.fixture
def teacher() -> User:
    return person("teacher", school=SchoolFactory())


def click(client: Client, resource: Resource) -> int:
    """The number of queries."""
    uid = ResourceFile.objects.filter(resource=resource).latest("pk").uid
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("download", args=[resource.pk, uid]), headers={"user-agent": BROWSER})
    assert answer.status_code == 302
    return len(queries)


def test_the_queries_of_a_click_do_not_grow_with_files_versions_and_readers(client: Client, teacher: User):
    client.force_login(teacher)
    small = ResourceFactory(files=[BlobFactory()], live=True)
    large = ResourceFactory(files=[BlobFactory() for _ in range(20)], live=True)
    for _ in range(3):
        publish(large)
    for _ in range(5):
        reader = Client()
        reader.force_login(person("teacher", school=SchoolFactory()))
        click(reader, large)
    click(client, small)
    click(client, large)
    assert click(client, small) == click(client, large) <= 12
