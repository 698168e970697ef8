"""Elasticsearch 8 and 9 behind the engine protocol, with stock features only.

Owns: mappings, index generations, requests and their failures. Must not know: how text becomes tokens
(``search.analysis``), what a query means (``search.engines.query_builder``), Django.
"""

from search.engines.elastic.engine import ElasticEngine

__all__ = ["ElasticEngine"]
