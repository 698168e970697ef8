"""The bilingual glossary: what an English query is translated to, and what it leaves alone."""

from __future__ import annotations

import re
from functools import cache

import pytest

from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.analysis.lexicon.glossary import Glossary, default_glossary


@cache
def shipped() -> Analyzer:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())


@pytest.mark.parametrize(
    ("query", "chinese"),
    [
        ("handwashing", ["洗手"]),
        ("Hand Hygiene", ["手卫生"]),
        ("first foods", ["辅食"]),
        ("first food", ["辅食"]),
        ("hand, foot and mouth disease", ["手足口病"]),
        ("responsive-caregiving", ["回应性照护"]),
        ("a toddler's sleep", ["a 幼儿 睡眠"]),
        ("how to wash hands", ["how to 洗手"]),
        ("tooth decay 预防", ["龋齿 预防"]),
    ],
)
def test_english_words_are_translated_by_their_longest_phrase(query: str, chinese: list[str]) -> None:
    assert [each.folded for each in shipped().query(query).translations] == chinese


def test_each_meaning_of_an_english_word_is_a_translation_of_its_own() -> None:
    found = shipped().query("assessment sheet for assessment").translations

    assert [each.chinese for each in found] == [("考核表", "评价"), ("考核表", "评估"), ("考核表", "考核")]


@pytest.mark.parametrize("query", ["洗手", "七步洗手法", "辅食添加", "tuoyu", "ppt 课件", "1+X证书"])
def test_a_chinese_query_is_never_translated(query: str) -> None:
    assert shipped().query(query).translations == ()


def test_words_with_another_word_between_them_are_no_phrase() -> None:
    glossary = Glossary((("手卫生", "hand hygiene"),))

    assert list(glossary.translations("hand 和 hygiene")) == []
    assert [each.terms for each in glossary.translations("hand-hygiene")] == [("手卫生",)]


def test_every_line_of_the_shipped_glossary_is_a_chinese_term_and_english_words() -> None:
    groups = default_glossary().groups

    assert len(groups) > 400
    for chinese, *english in groups:
        assert re.search(r"[\u4e00-\u9fff]{2}", chinese), chinese
        assert english, chinese
        assert all(re.fullmatch(r"[a-z0-9 '+-]+", phrase) for phrase in english), english
    assert len({chinese for chinese, *_ in groups}) == len(groups)
