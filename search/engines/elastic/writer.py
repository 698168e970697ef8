"""Live writes, to the answering generation and, during a rebuild, to the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from search.engines import EngineRejected, EngineUnavailable
from search.engines.elastic.bulk import Outcome, Write, chunks, page_write, resource_write, send
from search.engines.elastic.client import Connection, IndexGone
from search.engines.elastic.indices import Generation, Generations, write_alias
from search.engines.elastic.mapping import page_entries, resource_entry, tombstone, vector_mapping
from search.engines.indexable import page_key, prepare, refuse_reason
from search.engines.types import ResourceDoc

SWAPS = 5
"""How often a request may be repeated because of a swap."""


class Writer:
    def __init__(self, connection: Connection, generations: Generations) -> None:
        self._connection = connection
        self._generations = generations

    def index(self, docs: Sequence[ResourceDoc]) -> None:
        rejected = {doc.id: reason for doc in docs if (reason := refuse_reason(doc))}
        taken = [doc for doc in docs if doc.id not in rejected]
        answers: dict[Generation, dict[int, str]] = {}
        self._everywhere(lambda generation: answers.update({generation: self._index(generation, taken)}))
        current = [refused for generation, refused in answers.items() if generation.has_current_schema]
        for refused in current:
            rejected |= refused
        if rejected:
            raise EngineRejected(rejected)
        if not current and any(answers.values()):
            # A field of the new documents may be missing there. They wait, and are not given up as bad documents.
            raise EngineUnavailable("The index has an older mapping; it takes these documents when it is rebuilt.")

    def remove(self, ids: Sequence[int], version: int) -> None:
        self._everywhere(lambda generation: self._remove(generation, ids, version))

    def _everywhere(self, write: Callable[[Generation], object]) -> None:
        # A swap before the write raises IndexGone. Writes are idempotent.
        for _ in range(SWAPS):
            try:
                for generation in self._generations.written():
                    write(generation)
                return
            except IndexGone:
                self._generations.forget()
        raise EngineUnavailable("The index was swapped again and again while this was written.")

    def _index(self, generation: Generation, docs: Sequence[ResourceDoc]) -> dict[int, str]:
        outcome = Outcome()
        map_vectors(self._connection, generation, docs)
        resources: list[Write] = []
        # Pages are refreshed before their resource is written, so no hit lacks its pages. Refresh at once: an approved
        # resource must be findable within a second.
        for chunk in chunks(_pages_of(writes_of(generation, docs), resources)):
            outcome.add(send(self._connection, chunk, refresh=True))
        for chunk in chunks(resources):
            outcome.add(send(self._connection, chunk, refresh=True))
        sweep(self._connection, generation, outcome)
        return outcome.rejected

    def _remove(self, generation: Generation, ids: Sequence[int], version: int) -> None:
        index = write_alias(generation.resources)
        writes = [resource_write(index, id, version, tombstone(id, version)) for id in ids]
        outcome = Outcome()
        for chunk in chunks(writes):
            outcome.add(send(self._connection, chunk, refresh=True))
        removed = {id: version + 1 for id in ids if id not in outcome.refused}
        sweep(self._connection, generation, Outcome(updated=removed))


def map_vectors(connection: Connection, generation: Generation, docs: Sequence[ResourceDoc]) -> None:
    """Give the embedding models of these documents a field each. Repeating it changes nothing."""
    models = {(doc.model, len(doc.vectors[0].vector)) for doc in docs if doc.vectors}
    for model, dimensions in models - generation.models:
        properties = vector_mapping(model, dimensions)
        connection.write(partial(_put_mapping, index=generation.resources, properties=properties))
        generation.models.add((model, dimensions))


def _put_mapping(client: Elasticsearch, index: str, properties: dict[str, Any]) -> None:
    client.indices.put_mapping(index=index, properties=properties)


def writes_of(generation: Generation, docs: Iterable[ResourceDoc]) -> Iterator[Write]:
    """The bulk lines of resources, each after its pages."""
    pages, resources = write_alias(generation.pages), write_alias(generation.resources)
    for doc in docs:
        prepared = prepare(doc, generation.analyzer)
        for id, entry in page_entries(prepared):
            yield page_write(pages, id, entry)
        yield resource_write(resources, doc.id, doc.version, resource_entry(prepared))


def _pages_of(writes: Iterable[Write], others: list[Write]) -> Iterator[Write]:
    """Yield the pages, and append everything else to ``others``."""
    for write in writes:
        if write.is_page:
            yield write
        else:
            others.append(write)


def sweep(connection: Connection, generation: Generation, outcome: Outcome) -> None:
    """Delete pages of replaced versions. No search finds them; they only take space."""
    orphans: list[dict[str, Any]] = [
        {"bool": {"filter": [{"term": {"resource": id}}, {"range": {"version": {"lt": version}}}]}}
        for id, version in outcome.updated.items()
    ]
    if outcome.refused:
        orphans.append({"terms": {"of": [page_key(id, version) for id, version in outcome.refused.items()]}})
    if orphans:
        query = {"bool": {"should": orphans}}
        connection.write(
            lambda client: client.delete_by_query(
                index=generation.pages, query=query, conflicts="proceed", refresh=False, ignore_unavailable=True
            )
        )
