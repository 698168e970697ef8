"""The protocol of the search engines: embedded (tantivy) and Elasticsearch.

Owns: how a resource is indexed and found. Must not know: Django, settings, users, the clock, the calling app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, runtime_checkable

from search.engines.types import Health, Hit, PageHit, ResourceDoc, SearchQuery, SearchResults, Suggestion


class EngineUnavailable(Exception):
    """The engine can't answer now (down, slow, refusing, read-only). Nothing is lost; try later."""


class EngineRejected(Exception):
    """The engine refuses these documents for good. ``reasons`` maps a resource's id to one sentence."""

    def __init__(self, reasons: dict[int, str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in reasons.items()))


class Rebuild(Protocol):
    """Writes a new index while the old one answers. Live ``index``/``remove`` calls reach both.

    ``finish`` swaps atomically; leaving the ``with`` block without it deletes the new index.
    """

    def add(self, docs: Iterable[ResourceDoc]) -> None: ...
    def finish(self) -> None: ...
    def __enter__(self) -> Rebuild: ...
    def __exit__(self, *exc: object) -> None: ...


@runtime_checkable
class Engine(Protocol):
    def index(self, docs: Sequence[ResourceDoc]) -> None:
        """Write documents durably. Raises EngineUnavailable, or EngineRejected after writing all the others."""

    def remove(self, ids: Sequence[int], version: int) -> None:
        """Remove documents. A later ``index`` with a lower version is ignored."""

    def search(self, query: SearchQuery) -> SearchResults: ...
    def pages(self, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
        """All matching pages of one resource, best first. Empty if the viewer may not see it."""

    def suggest(self, prefix: str, access: frozenset[str], size: int) -> tuple[Suggestion, ...]: ...
    def did_you_mean(self, text: str, access: frozenset[str], size: int) -> tuple[str, ...]: ...
    def similar(self, id: int, access: frozenset[str], size: int) -> tuple[Hit, ...]: ...
    def versions(self) -> Iterator[tuple[int, int]]:
        """(id, version) of every resource, in any order, for the comparison with the database."""

    def rebuild(self, fingerprint: str) -> Rebuild:
        """Start a new index.

        ``fingerprint`` names everything its documents are derived with; the engine adds its schema.
        """

    def fingerprint(self) -> str:
        """The ``fingerprint`` the answering index was built with; empty when no index exists or it is damaged.

        An index whose schema (fields, mapping) is not the one of this code reports a value that no caller passes.
        """

    def health(self) -> Health: ...
