"""The form of a synonym group proposes words from the query log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from search.models import QueryLog, SynonymGroup
from tests.factories import person

pytestmark = pytest.mark.django_db


def searched(text: str, times: int, *, found: int = 0, days: int = 1) -> None:
    QueryLog.objects.create(text=text, times=times, found=found, day=timezone.localdate() - timedelta(days=days))


def form(**parameters: Any) -> str:
    client = Client()
    client.force_login(person("editor"))
    url = reverse(SynonymGroup.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    return client.get(url, parameters).content.decode()


def test_words_searched_together_and_near_ones_in_vain_are_proposed_the_most_frequent_first():
    searched("抚触 婴儿按摩", 3, found=4)
    searched("抚触 婴儿按摩", 3, found=4, days=9)
    searched("抚触操", 5)
    searched("抚触油", 9, found=2)
    searched("晨检", 30)
    searched("抚触 捏脊", 99, found=1, days=120)
    page = form(words="抚触")
    proposed = [part.partition("</li>")[0] for part in page.split("<li data-proposed>")[1:]]
    assert proposed == ["婴儿按摩", "抚触操"]


def test_a_new_group_without_words_has_no_proposals():
    searched("抚触 婴儿按摩", 3)
    assert "data-proposed" not in form()
