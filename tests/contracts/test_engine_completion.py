"""Suggestions, corrections and similar resources."""

from __future__ import annotations

import pytest

from search.engines import Engine
from tests.contracts.engines import EDITOR, PUBLIC, doc


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.index(
        [
            doc(1, "婴幼儿回应性照护", keywords=("回应性照护", "托育"), popularity=50.0),
            doc(2, "婴幼儿托育机构管理", keywords=("托育",), popularity=500.0),
            doc(3, "手足口病的预防", keywords=("手足口病", "传染病")),
            doc(4, "RNA-seq 入门", keywords=("RNA-seq", "genomics")),
            doc(5, "婴儿抚触秘籍", keywords=("秘籍", "抚触"), access=("school:1",)),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("婴幼", 1),  # Han
        ("嬰幼", 1),  # Traditional
        ("回应", 1),  # where a word inside the title begins
        ("huiying", 1),  # full pinyin
        ("yingyouer", 1),
        ("hyx", 1),  # initials
        ("婴you", 1),  # mixed
        ("szk", 3),
        ("shouzu", 3),
        ("rna", 4),
        ("RNA-s", 4),
    ],
)
def test_a_title_is_offered_for_every_way_of_beginning_to_type_it(filled: Engine, prefix: str, expected: int) -> None:
    assert expected in [suggestion.id for suggestion in filled.suggest(prefix, PUBLIC, 8)]


@pytest.mark.parametrize("typed", ["huiyingxing", "hyxzh", "huiyx", "hyxzhaohu", "shouzukoubing", "szkb", "shzukb"])
def test_it_stays_offered_from_the_first_letter_to_the_last(filled: Engine, typed: str) -> None:
    expected = 3 if typed[0] == "s" else 1
    for length in range(1, len(typed) + 1):
        offered = [suggestion.id for suggestion in filled.suggest(typed[:length], PUBLIC, 8)]
        assert expected in offered, typed[:length]


def test_what_is_used_more_is_offered_first(filled: Engine) -> None:
    assert [suggestion.id for suggestion in filled.suggest("婴幼儿", PUBLIC, 8)][:2] == [2, 1]


def test_keywords_are_offered_without_a_resource(filled: Engine) -> None:
    terms = {suggestion.text for suggestion in filled.suggest("传", PUBLIC, 8) if suggestion.id is None}
    assert terms == {"传染病"}


def test_the_number_of_suggestions_is_kept_and_none_repeats(filled: Engine) -> None:
    found = filled.suggest("托", PUBLIC, 2)
    assert 0 < len(found) <= 2
    assert len({suggestion.text for suggestion in found}) == len(found)
    assert filled.suggest("", PUBLIC, 5) == ()
    assert filled.suggest("婴", PUBLIC, 0) == ()


def test_nothing_hidden_is_offered(filled: Engine) -> None:
    for prefix in ("婴儿", "fuchu", "mj", "秘"):
        assert all("秘" not in found.text and found.id != 5 for found in filled.suggest(prefix, PUBLIC, 8))
        assert any(found.id == 5 or "秘" in found.text for found in filled.suggest(prefix, EDITOR, 8))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("托玉", "托育"),  # same sound
        ("手足口并", "手足口病"),
        ("回应新照护", "回应性照护"),  # near sound: in/ing
        ("genomcs", "genomics"),  # a letter missing
        ("rna-sep", "rna-seq"),
        ("tuoyu", "托育"),  # typed without an input method
    ],
)
def test_a_term_that_sounds_or_looks_the_same_is_what_was_meant(filled: Engine, typed: str, meant: str) -> None:
    assert meant in [found.lower() for found in filled.did_you_mean(typed, PUBLIC, 3)]


def test_no_correction_is_offered_for_what_is_right_or_hidden(filled: Engine) -> None:
    assert filled.did_you_mean("托育", PUBLIC, 3) == ()
    assert filled.did_you_mean("密集", PUBLIC, 3) == ()
    assert "秘籍" in filled.did_you_mean("密集", EDITOR, 3)


def test_similar_resources_share_words_and_never_name_the_resource_itself(filled: Engine) -> None:
    assert [hit.id for hit in filled.similar(1, PUBLIC, 5)] == [2]
    assert filled.similar(5, PUBLIC, 5) == ()
    assert filled.similar(404, PUBLIC, 5) == ()
