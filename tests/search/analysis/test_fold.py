"""Folding: what is the same letter, and where it came from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import fold, fold_with_offsets

MIXED = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.characters(),  # unpaired surrogates too
        st.sampled_from(
            "學臺乾後髮發裡薴ABCéﬁ①㎏…，。ＲＮＡ－１２３İßΣςẞ가각각\u3099が\uff9e\u0301\u200b\u200d\u00ad\ufeff🇨🇳"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("學前教育", "学前教育"),
        ("臺灣嬰幼兒照護", "台湾婴幼儿照护"),
        ("ＲＮＡ－ｓｅｑ", "rna-seq"),
        ("Cafe\u0301 CAFÉ", "cafe cafe"),
        ("Straße Ørsted", "strasse orsted"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("１０個月", "10个月"),
        ("ﾊﾟﾝﾀﾞ ガ", "パンダ ガ"),
        ("half \ud800 pair", "half \ufffd pair"),
    ],
)
def test_one_spelling_for_everything_that_means_the_same_letter(written, meant):
    assert fold(written) == meant


@given(MIXED)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(MIXED)
def test_the_map_back_covers_the_folded_text_and_points_into_the_original(text):
    folded = fold_with_offsets(text)
    assert folded.text == fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert list(folded.starts) == sorted(folded.starts)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)


@given(MIXED)
def test_every_folded_character_is_what_its_own_originals_fold_to(text):
    folded = fold_with_offsets(text)
    for start, end in set(zip(folded.starts, folded.ends, strict=True)):
        piece = "".join(
            character
            for character, first, last in zip(folded.text, folded.starts, folded.ends, strict=True)
            if (first, last) == (start, end)
        )
        assert piece == fold(text[start:end])


@given(MIXED, MIXED)
def test_a_fragment_folds_as_it_does_in_the_sentence(before, after):
    assert fold(f"{before} 學前 {after}") == f"{fold(before + ' ')}学前{fold(' ' + after)}"


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=20))
def test_nothing_unstorable_comes_out(text):
    fold(text).encode()
