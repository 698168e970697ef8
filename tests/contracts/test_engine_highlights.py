"""The same words are marked whichever engine answers."""

from __future__ import annotations

from search.analysis.highlight import Highlighter
from search.engines import Engine
from search.engines.types import SearchQuery
from tests.contracts.engines import doc, shipped_analyzer


def test_the_words_to_mark_are_enough_to_mark_a_traditional_text(engine: Engine) -> None:
    text = "關於嬰幼兒回應性照護的說明"
    engine.index([doc(1, "講義", text)])
    parsed = engine.search(SearchQuery("回应性照护")).parsed
    spans = Highlighter(parsed, shipped_analyzer()).spans(text)
    assert "".join(text[start:end] for start, end in spans) == "回應性照護"
