"""Text analysis, the same for every engine: folding, segmentation, ages, synonyms, pinyin.

Owns: what counts as a word, and the fingerprint of the analysis that an index stores. Must not know: Django, settings, an
engine, or the viewer. Dictionary and synonyms are values passed in.
"""

from search.analysis.analyzer import ANALYSIS_VERSION, Analyzer, IndexTokens
from search.analysis.fold import Folded, exact, fold, fold_with_offsets
from search.analysis.lexicon.dictionary import Dictionary, default_dictionary
from search.analysis.lexicon.synonyms import Synonyms, default_synonyms
from search.analysis.query import AnalyzedQuery, Form, QueryTerm

__all__ = [
    "ANALYSIS_VERSION",
    "AnalyzedQuery",
    "Analyzer",
    "Dictionary",
    "Folded",
    "Form",
    "IndexTokens",
    "QueryTerm",
    "Synonyms",
    "default_dictionary",
    "default_synonyms",
    "exact",
    "fold",
    "fold_with_offsets",
]
