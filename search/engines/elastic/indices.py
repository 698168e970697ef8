"""Index generations, found through aliases: the one that answers and the one being built.

A generation is a pair of indices, ``<prefix>-resources-<stamp>`` and ``<prefix>-pages-<stamp>``. The alias
``<prefix>-resources`` is on the one that answers, ``<prefix>-resources-building`` on the one a rebuild writes. Every
index also has its own ``…-door`` alias. Writes use it with ``require_alias``, so that a write after the index was
deleted fails instead of creating a new index under the old name.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from search.analysis import Analyzer, Dictionary
from search.engines import EngineUnavailable
from search.engines.elastic.client import Connection, IndexGone
from search.engines.elastic.mapping import ANALYSIS, SCHEMA_DIGEST, PageEntry, ResourceEntry
from search.engines.indexable import reported_fingerprint

FIRST = "1"
"""The stamp of the first generation. It is fixed, so that two processes that find no index create the same one."""

LONGEST_LOOKUP = 10_000
"""Characters of the regular expression that looks up many spellings. The default of 1,000 allows about twelve."""


@dataclass(frozen=True)
class Generation:
    """``analyzer`` cuts by the dictionary this generation was built with; ``schema`` is a hash of its mappings.

    ``models``: the embedding models, with their dimensions, that this process gave a field.
    """

    prefix: str
    stamp: str
    given_fingerprint: str
    schema: str
    analyzer: Analyzer
    models: set[tuple[str, int]] = field(default_factory=set, compare=False, repr=False)

    @property
    def has_current_schema(self) -> bool:
        return self.schema == SCHEMA_DIGEST

    @property
    def fingerprint(self) -> str:
        return reported_fingerprint(self.given_fingerprint, schema=self.schema, current=SCHEMA_DIGEST)

    @property
    def resources(self) -> str:
        return f"{self.prefix}-resources-{self.stamp}"

    @property
    def pages(self) -> str:
        return f"{self.prefix}-pages-{self.stamp}"


def write_alias(index: str) -> str:
    return f"{index}-door"


class Generations:
    """Finds, creates, swaps and deletes generations."""

    def __init__(
        self, connection: Connection, prefix: str, analyzer: Analyzer, *, shards: int, fingerprint: str
    ) -> None:
        self._connection = connection
        self._prefix = prefix
        self.analyzer = analyzer
        self._shards = shards
        self._first_fingerprint = fingerprint or analyzer.fingerprint
        self._lock = threading.Lock()
        self._known: dict[str, Generation] = {}
        self._live: Generation | None = None

    @property
    def live_alias(self) -> str:
        return f"{self._prefix}-resources"

    @property
    def building_alias(self) -> str:
        return f"{self._prefix}-resources-building"

    def live(self) -> Generation:
        """The generation that answers, cached until ``forget``. Raises EngineUnavailable if there is none."""
        found = self._live
        if found is None:
            found = self.current()[0]
            if found is None:
                raise EngineUnavailable("Elasticsearch holds no index yet; rebuild_index makes one.")
            self._live = found
        return found

    def forget(self) -> None:
        self._live = None

    def current(self) -> tuple[Generation | None, Generation | None]:
        """Read (answering, being built) from the cluster."""
        pattern = f"{self._prefix}-resources-*"
        answer: dict[str, Any] = self._connection.read(
            lambda client: client.indices.get_alias(index=pattern, allow_no_indices=True)
        ).body
        self._live = self._with_alias(answer, self.live_alias)
        return self._live, self._with_alias(answer, self.building_alias)

    def written(self) -> list[Generation]:
        """The generations that live writes must reach. Creates the first one if none answers."""
        live, building = self.current()
        if live is None:
            live = self.create(FIRST, building=False)
        return [live, building] if building else [live]

    def create(self, stamp: str = "", *, building: bool, fingerprint: str = "") -> Generation:
        generation = Generation(
            self._prefix,
            stamp or uuid.uuid4().hex[:12],
            fingerprint or self._first_fingerprint,
            SCHEMA_DIGEST,
            self.analyzer,
        )
        state = self.building_alias if building else self.live_alias
        aliases = {generation.pages: [], generation.resources: [state]}
        if not building:
            aliases[generation.pages] = [f"{self._prefix}-pages"]
        # Pages first: a generation exists once its resources index has the alias.
        for index, document in ((generation.pages, PageEntry), (generation.resources, ResourceEntry)):
            body = self._body(index, document, aliases[index], building=building)
            if document is ResourceEntry:
                body["mappings"]["_meta"] = {
                    "fingerprint": generation.given_fingerprint,
                    "schema": generation.schema,
                    "dictionary": "\n".join(self.analyzer.dictionary.terms),
                }
            self._connection.write(partial(_create, index=index, body=body))
        self._known[generation.resources] = generation
        return generation

    def swap(self, new: Generation) -> None:
        """Let ``new`` answer with one atomic alias update, then delete the old indices.

        In this order, a search that loses its index finds the new one when it reads the alias again.
        """
        old, _ = self.current()
        pages = f"{self._prefix}-pages"
        actions: list[dict[str, Any]] = [
            {"remove": {"index": new.resources, "alias": self.building_alias}},
            {"add": {"index": new.resources, "alias": self.live_alias}},
            {"add": {"index": new.pages, "alias": pages}},
        ]
        if old:
            actions.append({"remove": {"index": old.resources, "alias": self.live_alias}})
            actions.append({"remove": {"index": old.pages, "alias": pages}})
        self._connection.write(lambda client: client.indices.update_aliases(actions=actions))
        self.forget()
        if old:
            self.drop(old)

    def drop_strays(self) -> None:
        """Delete indices left by killed rebuilds."""
        live, building = self.current()
        if live:
            strays = [index for index in self._all() if index not in (live.resources, live.pages)]
        else:
            # Another process may be creating the first generation: delete only the indices of a rebuild.
            strays = [building.resources, building.pages] if building else []
        if strays:
            self._connection.write(lambda client: client.indices.delete(index=strays, ignore_unavailable=True))

    def drop(self, generation: Generation) -> None:
        names = [generation.resources, generation.pages]
        self._connection.write(lambda client: client.indices.delete(index=names, ignore_unavailable=True))

    def drop_all(self) -> None:
        """Every generation of this prefix, finished or not."""
        names = list(self._all())
        if names:
            self._connection.write(lambda client: client.indices.delete(index=names, ignore_unavailable=True))
        self.forget()

    def _all(self) -> dict[str, Any]:
        """Index → its aliases, for every generation. Deletions need names: clusters may refuse patterns."""
        patterns = [f"{self._prefix}-resources-*", f"{self._prefix}-pages-*"]
        found: dict[str, Any] = self._connection.read(
            lambda client: client.indices.get_alias(index=patterns, allow_no_indices=True)
        ).body
        return found

    def _with_alias(self, answer: dict[str, Any], alias: str) -> Generation | None:
        for index, state in answer.items():
            if alias in state["aliases"]:
                return self._generation(index)
        return None

    def _generation(self, index: str) -> Generation:
        with self._lock:
            if index not in self._known:
                mapping: dict[str, Any] = self._connection.read(
                    lambda client: client.indices.get_mapping(index=index)
                ).body
                meta = mapping[index]["mappings"]["_meta"]
                analyzer = self.analyzer
                dictionary = Dictionary(tuple(meta["dictionary"].split("\n")))
                if dictionary != analyzer.dictionary:
                    analyzer = analyzer.with_dictionary(dictionary)
                stamp = index.removeprefix(f"{self._prefix}-resources-")
                self._known[index] = Generation(
                    self._prefix, stamp, meta["fingerprint"], meta.get("schema", ""), analyzer
                )
            return self._known[index]

    def _body(
        self, index: str, document: type[PageEntry | ResourceEntry], aliases: list[str], *, building: bool
    ) -> dict[str, Any]:
        mappings = document._doc_type.mapping.to_dict()
        settings: dict[str, Any] = {
            "number_of_shards": self._shards,
            "auto_expand_replicas": "0-1",
            "analysis": ANALYSIS,
            "max_regex_length": LONGEST_LOOKUP,
        }
        if building:
            settings |= {"auto_expand_replicas": False, "number_of_replicas": 0, "refresh_interval": "-1"}
        return {
            "settings": settings,
            "mappings": mappings,
            "aliases": {alias: {} for alias in [*aliases, write_alias(index)]},
        }


def _create(client: Elasticsearch, index: str, body: dict[str, Any]) -> None:
    try:
        client.indices.create(index=index, **body)
    except BadRequestError as problem:
        if problem.error != "resource_already_exists_exception":
            raise


__all__ = ["Generation", "Generations", "IndexGone", "write_alias"]
