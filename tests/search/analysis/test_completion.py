"""How what is typed is read."""

from __future__ import annotations

from search.analysis.completion import Piece, prefix_readings


def test_a_whole_syllable_is_not_looked_for_beside_those_it_begins() -> None:
    readings = prefix_readings("tiaoli")
    assert [Piece("p:tiao"), Piece("p:li", open=True)] in readings
    assert [Piece("p:tiao"), Piece("p:li")] not in readings


def test_an_initial_is_one_word_to_look_for() -> None:
    assert [Piece("i:h"), Piece("i:y")] in prefix_readings("hy")
    assert [Piece("i:sh")] in prefix_readings("sh")
    assert not any(piece.open and piece.form.startswith("p:") for reading in prefix_readings("hy") for piece in reading)
