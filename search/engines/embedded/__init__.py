"""The embedded engine: tantivy in a local folder, in process. One process writes, any number read.

Owns: the layout of the folder, how a query tree becomes a tantivy query, and what survives a crash. Must not know: anything
the other engine doesn't have to know either.
"""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
