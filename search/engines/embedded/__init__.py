"""The embedded engine: tantivy in a local folder, in process. One process writes, any number read.

Owns: the layout of the folder, how a query tree becomes a tantivy query, and what survives a crash. It gets only
what the protocol in ``search/engines/__init__.py`` passes to every engine.
"""

from search.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
