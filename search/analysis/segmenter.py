"""rjieba with the words of a dictionary.

One takes 25 MB, so analyzers with the same words share it.
"""

from __future__ import annotations

from functools import lru_cache

import rjieba

from search.analysis.lexicon.dictionary import Dictionary

FREQUENCY = 20
"""At least so common is a word of the dictionary, or the segmenter would cut it."""
KEPT = 2
"""The words in force, and those of the index while it is rebuilt."""


@lru_cache(maxsize=KEPT)
def segmenter(dictionary: Dictionary) -> rjieba.Jieba:
    """Not to be changed: threads and analyzers share it."""
    jieba = rjieba.Jieba()
    for term in dictionary.terms:
        if len(term) > 1:
            jieba.add_word(term, max(jieba.suggest_freq(term), FREQUENCY), "n")
    return jieba
