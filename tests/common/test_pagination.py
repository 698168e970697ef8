"""The links to other pages of a list."""

from __future__ import annotations

import re

import pytest
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory


def links(number: int, *, of: int) -> list[str]:
    """What the component shows between “previous” and “next”: numbers, and … for a gap."""
    page = Paginator(range(of), 1).get_page(number)
    html = render_to_string("components/pagination.html", {"page_obj": page}, RequestFactory().get("/", {"q": "洗手"}))
    return re.findall(r">\s*(\d+|…)\s*<", html)


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 1, ""),
        (1, 3, "1 2 3"),
        (1, 20, "1 2 3 … 20"),
        (10, 20, "1 … 8 9 10 11 12 … 20"),
        (20, 20, "1 … 18 19 20"),
    ],
)
def test_pages_near_this_one_and_both_ends_are_linked(number: int, last: int, shown: str):
    assert links(number, of=last) == shown.split()


def test_a_link_keeps_the_other_parameters_and_this_page_is_marked():
    page = Paginator(range(3), 1).get_page(2)
    html = render_to_string("components/pagination.html", {"page_obj": page}, RequestFactory().get("/", {"q": "洗手"}))
    assert "?q=%E6%B4%97%E6%89%8B&amp;page=3" in html
    assert html.count('aria-current="page"') == 1
