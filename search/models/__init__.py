from search.models.editorial_words import DictionaryTerm, SynonymGroup
from search.models.failure import SearchFailure
from search.models.index_state import Indexed, IndexState, RebuildRequest
from search.models.outbox import MAX_ATTEMPTS, Outbox
from search.models.passage_vector import LackingVectors, PassageVector
from search.models.query_log import QueryLog
from search.models.wish import Wish

__all__ = [
    "MAX_ATTEMPTS",
    "DictionaryTerm",
    "IndexState",
    "Indexed",
    "LackingVectors",
    "Outbox",
    "PassageVector",
    "QueryLog",
    "RebuildRequest",
    "SearchFailure",
    "SynonymGroup",
    "Wish",
]
