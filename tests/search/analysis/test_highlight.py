"""Highlights mark the matching words in their original spelling and never become markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Analyzer, default_dictionary
from search.analysis.highlight import Highlighter
from search.engines.types import ParsedQuery


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer(dictionary=default_dictionary())


def marks(analyzer: Analyzer, terms: tuple[str, ...], text: str, synonyms: tuple[str, ...] = ()) -> list[str]:
    found = Highlighter(ParsedQuery(terms=terms, synonyms=synonyms), analyzer).spans(text)
    return [text[start:end] for start, end in found]


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [
        (("洗手",), "飯前要洗手，便後也要洗手", ["洗手", "洗手"]),
        (("测体温",), "晨間接待時先測體溫", ["測體溫"]),
        (("wifi",), "校园ＷｉＦｉ不稳", ["ＷｉＦｉ"]),
        (("learning",), "He learns by play; learning takes time", ["learns", "learning"]),
        (("10个月",), "适合10个月的孩子", ["10个月"]),
    ],
)
def test_a_word_is_marked_in_the_spelling_of_the_text(analyzer, terms, text, expected):
    assert marks(analyzer, terms, text) == expected


def test_a_synonym_is_marked_too(analyzer):
    assert marks(analyzer, ("洗手",), "手卫生很重要", ("手卫生",)) == ["手卫生"]


def test_a_word_is_not_marked_inside_other_words(analyzer):
    assert marks(analyzer, ("学前",), "科学前沿") == []
    assert marks(analyzer, ("学前",), "学前教育") == ["学前"]


def test_neighbouring_words_are_one_mark(analyzer):
    assert marks(analyzer, ("洗手", "步骤"), "洗手步骤") == ["洗手步骤"]


def test_a_snippet_shows_the_place_that_holds_most_words(analyzer):
    text = "洗手。" + "无关的话" * 40 + "午睡前先洗手再漱口。" + "后面的话" * 40
    snippet = Highlighter(ParsedQuery(terms=("洗手", "漱口")), analyzer).snippet(text, 40)
    assert "<mark>洗手</mark>再<mark>漱口</mark>" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")


def test_text_never_becomes_markup(analyzer):
    html = Highlighter(ParsedQuery(terms=("洗手",)), analyzer).html('<script>"洗手"&</script>')
    assert html == "&lt;script&gt;&quot;<mark>洗手</mark>&quot;&amp;&lt;/script&gt;"


@given(text=st.text(max_size=300), term=st.text(min_size=1, max_size=6), width=st.integers(5, 80))
def test_any_text_gives_spans_in_order_and_balanced_markup(analyzer, text, term, width):
    highlighter = Highlighter(ParsedQuery(terms=(term,)), analyzer)
    spans = highlighter.spans(text)
    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    for shown in (highlighter.html(text), highlighter.snippet(text, width)):
        assert shown.count("<mark>") == shown.count("</mark>")
        assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")
