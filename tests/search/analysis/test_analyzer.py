"""Cutting: what is a word, in documents and in queries."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import Analyzer, Dictionary, Synonyms, default_dictionary, default_synonyms, fold
from search.analysis.runs import LONGEST_TOKEN, plain_tokens, runs

ANALYZER = Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())

TEXT = st.text(
    st.one_of(
        st.sampled_from("婴幼儿回应性照护學前教育科學前沿的了在10个月3岁半托育"),
        st.sampled_from("abcxyzABC0123456789-_.+/#@' ，。、（）"),
        st.characters(),
    ),
    max_size=80,
)


def words(text):
    return ANALYZER.index(text).words.split()


def terms(text):
    return [term.form.text for term in ANALYZER.query(text).terms]


@pytest.mark.parametrize(
    "term", ["托育", "早教", "保教", "辅食", "晨检", "感统", "绘本", "手足口病", "回应性照护", "分离焦虑", "保育师"]
)
def test_the_words_of_the_field_are_kept_whole(term):
    assert term in words(f"关于{term}的说明")
    assert term in terms(f"关于{term}的说明")


def test_documents_are_cut_finer_than_queries():
    assert {"学前", "教育", "学前教育"} <= set(words("学前教育概论"))
    assert terms("学前教育") == ["学前教育"]


def test_a_word_is_not_found_across_the_border_of_two_others():
    assert "学前" not in words("科学前沿讲座")
    assert "学前" in ANALYZER.index("科学前沿讲座").bigrams.split()


def test_traditional_and_simplified_give_the_same_tokens():
    assert ANALYZER.index("嬰幼兒回應性照護，學前教育") == ANALYZER.index("婴幼儿回应性照护，学前教育")


def test_identifiers_are_kept_whole_and_in_parts():
    assert {"rna-seq", "rnaseq", "rna", "seq"} <= set(words("用 RNA-seq 测序"))
    assert {"covid-19", "covid19"} <= set(words("COVID-19"))
    assert "prjca001234" in words("编号PRJCA001234的数据")
    assert {"c++", "3.14", "h5p"} <= set(words("C++ 3.14 H5P"))


def test_english_is_stemmed_and_folded():
    assert set(words("Running runs, CAFÉS")) == {"run", "cafe"}
    assert [term.form.words for term in ANALYZER.query("runs").terms] == [("run",)]


@pytest.mark.parametrize("age", ["18个月", "十八个月", "1岁半", "一岁半", "18月龄", "18 月龄", "１８個月", "1岁6个月"])
def test_ages_are_months_however_they_are_written(age):
    assert "月龄18" in words(f"适合{age}的宝宝")


@pytest.mark.parametrize(
    ("text", "months"),
    [("0-3岁", (0, 36)), ("6至12个月", (6, 12)), ("10个月", (10, 10)), ("2岁", (24, 35)), ("半岁", (6, 6))],
)
def test_an_age_in_a_query_says_its_months(text, months):
    assert [term.form.months for term in ANALYZER.query(f"{text} 辅食").terms] == [months, None]


def test_an_age_group_of_a_year_speaks_for_its_months_and_a_wider_one_for_none():
    assert {"月龄7-9", "月龄8"} <= set(words("7～9 月龄"))
    assert "月龄30" not in words("0-6岁")


def test_a_year_of_the_calendar_is_no_age():
    assert not [word for word in words("2024年3月 发表于1月") if word.startswith("月龄")]


def test_question_words_are_never_required():
    query = ANALYZER.query("托育机构的晨检应该怎么做")
    assert {"的", "怎么", "应该"}.isdisjoint(term.form.text for term in query.required)


def test_a_query_of_nothing_but_small_words_still_asks_for_them():
    assert [term.form.text for term in ANALYZER.query("怎么").required] == ["怎么"]


def test_synonyms_are_found_across_several_words_of_the_query():
    analyzer = Analyzer(synonyms=Synonyms((("complementary feeding", "辅食"),)))
    (term,) = analyzer.query("Complementary Feeding").terms
    assert [form.text for form in term.synonyms] == ["辅食"]
    (back,) = analyzer.query("輔食").terms
    assert [form.text for form in back.synonyms] == ["complementary feeding"]


def test_the_fingerprint_follows_the_dictionary_but_not_the_synonyms_or_the_order():
    one = Analyzer(dictionary=Dictionary(("托育", "晨检")))
    assert one.fingerprint == Analyzer(dictionary=Dictionary(("晨檢", "托育", "托育"))).fingerprint
    assert one.fingerprint == Analyzer(dictionary=one.dictionary, synonyms=default_synonyms()).fingerprint
    assert one.fingerprint != Analyzer(dictionary=Dictionary(("托育",))).fingerprint


def test_one_analyzers_words_are_unknown_to_another():
    Analyzer(dictionary=Dictionary(("喵呜照护法",)))
    assert "喵呜照护法" not in Analyzer().index("喵呜照护法").words.split()


@given(TEXT)
def test_no_latin_word_and_no_digit_is_ever_lost(text):
    folded = fold(text)
    kept = set(words(text))
    for run in runs(folded):
        if run.kind == "plain":
            assert set(plain_tokens(run.text)) <= kept
    digits = "".join(re.findall("[0-9]", folded))
    assert sorted(digits) == sorted("".join(re.findall("[0-9]", ANALYZER.index(text).bigrams)))


@given(TEXT)
def test_every_han_character_is_in_a_word(text):
    han = {character for run in runs(fold(text)) if run.kind == "han" for character in run.text}
    assert han <= set("".join(words(text)))
    assert han == set(ANALYZER.index(text).unigrams.replace(" ", ""))


@given(TEXT)
def test_folded_text_gives_the_same_tokens(text):
    assert ANALYZER.index(fold(text)) == ANALYZER.index(text)


@given(TEXT)
def test_tokens_can_be_stored_by_every_engine(text):
    tokens = ANALYZER.index(text)
    for field in (tokens.words, tokens.bigrams, tokens.unigrams):
        field.encode()
        assert field == " ".join(field.split())
        assert all(len(token) <= LONGEST_TOKEN for token in field.split())
    ANALYZER.query(text)


@settings(deadline=None)
@given(TEXT)
def test_the_cuts_for_highlighting_lie_where_they_say(text):
    folded = fold(text)
    for word, start, end in ANALYZER.cut(folded):
        assert folded[start:end] == word


HOSTILE = {
    "one Han character": "的" * 1_000_000,
    "one letter": "a" * 1_000_000,
    "one digit": "1" * 1_000_000,
    "hyphens": "1-" * 500_000,
    "marks on one letter": "e" + "\u0301" * 1_000_000,
    "unpaired surrogates": "\ud800" * 1_000_000,
    "zero width": "\u200b" * 1_000_000,
    "mixed scripts": "学aक가1な" * 170_000,
    "full width": "ＡＢ１" * 330_000,
    "ages": "1岁" * 500_000,
    "ranges": "1-" * 250_000 + "岁" * 250_000,
    "ligatures that grow": "\ufdfa" * 60_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_nonsense_takes_seconds_at_most(kind):
    begun = time.process_time()
    ANALYZER.index(HOSTILE[kind])
    ANALYZER.query(HOSTILE[kind])
    assert time.process_time() - begun < 20
