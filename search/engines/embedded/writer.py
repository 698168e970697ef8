"""The one writer of a generation: compares versions, and commits all or nothing.

Vectors and pages are committed before resources. Pages of the version before are deleted by the next commit, so a reader sees the old
resource with its old pages or the new one with its new pages. A crash between the two commits leaves the resource at its old
version; the write was not confirmed, and repeating it completes both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import tantivy
from tantivy import Occur, Query

from search.engines import EngineUnavailable
from search.engines.embedded.documents import page_documents, resource_document, tombstone
from search.engines.embedded.index_folder import Generation
from search.engines.embedded.vectors import VectorWriter
from search.engines.indexable import page_key, prepare, refuse_reason
from search.engines.types import ResourceDoc

_HEAP = 64_000_000
"""Bytes that tantivy buffers per index before it writes a segment."""

_REBUILD_HEAP = min(400_000_000, max(_HEAP, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8))
"""The same for a rebuild: at most an eighth of the memory, so that 140,000 articles of law are one segment.

Few segments answer faster, and tantivy does not merge large ones. One thread, because each thread writes its own segments,
and analysis takes longer than writing anyway."""


class GenerationWriter:
    """Not thread-safe: the engine's write lock is held around every call."""

    def __init__(self, generation: Generation, *, is_rebuild: bool = False) -> None:
        self.generation = generation
        self._is_rebuild = is_rebuild
        self._is_broken = False
        """A rebuild that lost staged documents can't be finished: they are not written again."""
        self._heap = _REBUILD_HEAP if is_rebuild else _HEAP
        self._resources: tantivy.IndexWriter | None = None
        self._pages: tantivy.IndexWriter | None = None
        self._vectors = VectorWriter(generation.path)
        self._versions: dict[int, int] | None = None
        self._pending: dict[int, int] = {}
        self._replacing: dict[int, int] = {}
        self._replaced: dict[int, int] = {}
        """Version by id of resources that may have pages of other versions: staged, and of the last commit.

        A killed writer leaves such pages. No search finds them; the next write of the resource deletes them."""

    # what is known

    @property
    def versions(self) -> dict[int, int]:
        """Version by id, removed ones included."""
        if self._versions is None:
            self._versions = {id: version for id, version, _ in read_versions(self.generation)}
        return self._versions

    def _wins(self, id: int, version: int) -> bool:
        return version >= self._pending.get(id, self.versions.get(id, -1))

    # changes, durable after commit()

    def put(self, docs: Iterable[ResourceDoc], *, replace: bool = True) -> dict[int, str]:
        """Stage documents; returns the reasons of those that can't be stored.

        ``replace=False`` keeps what is there when the versions are equal: a rebuild's copy never beats a live write.
        """
        reasons: dict[int, str] = {}
        for doc in docs:
            if reason := refuse_reason(doc):
                reasons[doc.id] = reason
                continue
            if not self._wins(doc.id, doc.version):
                continue
            known = self._pending.get(doc.id, self.versions.get(doc.id))
            if known == doc.version and not replace:
                continue
            # A resource without a known version may have pages of a writer killed between its two commits.
            self._stage(doc, is_new=known is None and not replace)
        return reasons

    def _stage(self, doc: ResourceDoc, *, is_new: bool) -> None:
        resources, pages = self._open()
        prepared = prepare(doc, self.generation.analyzer)
        document = resource_document(prepared)
        try:
            if not is_new:
                resources.delete_documents_by_term("id", doc.id)
                # Of this version only, which may be written twice.
                pages.delete_documents_by_term("of", page_key(doc.id, doc.version))
            resources.add_document(document)
            for page in page_documents(prepared):
                pages.add_document(page)
        except (ValueError, OSError) as error:
            raise self._failed(error) from error
        self._vectors.stage(doc)
        self._pending[doc.id] = doc.version
        if not is_new:
            self._replacing[doc.id] = doc.version

    def drop(self, ids: Iterable[int], version: int) -> None:
        for id in ids:
            if not self._wins(id, version):
                continue
            resources, _ = self._open()
            try:
                resources.delete_documents_by_term("id", id)
                resources.add_document(tombstone(id, version))
            except (ValueError, OSError) as error:
                raise self._failed(error) from error
            self._pending[id] = self._replacing[id] = version

    def commit(self) -> None:
        self._must_be_whole()
        if not self._pending and not self._replaced:
            return
        resources, pages = self._open()
        try:
            for id, version in self._replaced.items():
                pages.delete_documents_by_query(self._older_pages(id, version))
            # Vectors first: those of a version that is not committed are never shown.
            self._vectors.commit()
            pages.commit()
            resources.commit()
            self._vectors.clean(self.versions | self._pending)
        except (ValueError, OSError) as error:
            raise self._failed(error) from error
        self.versions.update(self._pending)
        self._replaced = self._replacing
        self._replacing = {}
        self._pending = {}
        self.generation.changed()

    def _older_pages(self, id: int, version: int) -> Query:
        """Pages of all versions but this one and the one about to replace it."""
        schema = self.generation.page_schema
        kept = {page_key(id, version), page_key(id, self._pending.get(id, version))}
        own = Query.term_query(schema, "resource", id, "basic")
        return Query.boolean_query(
            [(Occur.Must, own), *[(Occur.MustNot, Query.term_query(schema, "of", key, "basic")) for key in kept]]
        )

    def close(self, *, wait_for_merges: bool = False) -> None:
        """Release the locks. Uncommitted documents are lost."""
        for writer in (self._resources, self._pages):
            if writer is not None:
                if wait_for_merges:
                    writer.wait_merging_threads()
                else:
                    writer.rollback()
        self._resources = self._pages = None
        self._vectors.forget()
        self._pending = {}
        self._replacing = {}

    def _must_be_whole(self) -> None:
        if self._is_broken:
            raise EngineUnavailable("the new index lost a part of what was written to it; it has to be built again")

    def _open(self) -> tuple[tantivy.IndexWriter, tantivy.IndexWriter]:
        self._must_be_whole()
        if self._resources is None or self._pages is None:
            try:
                self._pages = self.generation.pages.writer(self._heap, 1)
                self._resources = self.generation.resources.writer(self._heap, 1)
                # A writer killed in a commit leaves files that tantivy refuses to overwrite.
                self._pages.garbage_collect_files()
                self._resources.garbage_collect_files()
            except (ValueError, OSError) as error:
                self._resources = self._pages = None
                raise EngineUnavailable(f"the index can't be written: {error}") from error
        return self._resources, self._pages

    def _failed(self, error: Exception) -> EngineUnavailable:
        """Forget everything staged and drop the writers: after a full disk their threads are dead."""
        self._resources = self._pages = None
        self._vectors.forget()
        self._pending = {}
        self._replacing = {}
        # The last commit may be incomplete.
        self._replaced = {}
        self._versions = None
        self._is_broken = self._is_rebuild
        self.generation.changed()
        return EngineUnavailable(f"the index could not be written, nothing was changed: {error}")


def read_versions(generation: Generation) -> list[tuple[int, int, bool]]:
    """(id, version, removed) of all documents in the generation."""
    generation.refresh()
    searcher = generation.resources.searcher()
    if not searcher.num_docs:
        return []
    addresses = [address for _, address in searcher.search(Query.all_query(), searcher.num_docs, count=False).hits]
    columns = [searcher.fast_field_values(field, addresses) for field in ("id", "version", "removed")]
    return [(int(id or 0), int(version or 0), bool(removed)) for id, version, removed in zip(*columns, strict=True)]
