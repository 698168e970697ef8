from __future__ import annotations

import pytest
from django.utils import translation

from common.text import is_chinese, listed, parse_id


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_an_id(text: str, number: int):
    assert parse_id(text) == number


@pytest.mark.parametrize("text", [None, "", "-1", "+1", " 1", "1.0", "٣", "²", "１", "x", "9" * 19])
def test_anything_else_is_none(text: str | None):
    assert parse_id(text) is None


def test_a_shorter_limit_keeps_numbers_inside_an_integer_column():
    assert parse_id("9" * 9, digits=9) == 10**9 - 1
    assert parse_id("1" + "0" * 9, digits=9) is None


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "课件，教案"), ("en", "课件, 教案")])
def test_a_list_has_the_separator_of_the_active_language(language: str, text: str):
    with translation.override(language):
        assert listed(["课件", "教案"]) == text
        assert is_chinese() is (language == "zh-hans")
