"""The embedded engine: opens the generation that answers, locks writers out, and swaps in a rebuilt one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from search.analysis import Analyzer
from search.engines import EngineUnavailable
from search.engines.embedded.documents import refuse_all
from search.engines.embedded.index_folder import Damaged, Generation, current_name, next_name, point_to, remove_others
from search.engines.embedded.searcher import Searcher
from search.engines.embedded.suggest import did_you_mean, similar, suggest
from search.engines.embedded.writer import GenerationWriter, read_versions
from search.engines.types import Health, Hit, PageHit, ResourceDoc, SearchQuery, SearchResults, Suggestion


class EmbeddedEngine:
    """An index in ``folder``, created by the first write. Threads may share an engine.

    A process that writes holds the folder's lock until ``close()``; other writers get EngineUnavailable. ``read_only``
    engines never write.
    """

    def __init__(self, folder: Path, analyzer: Analyzer, *, read_only: bool = False, fingerprint: str = "") -> None:
        """``fingerprint``: what the index made by a first write remembers; by default the analyzer's."""
        self._folder = Path(folder)
        self._current_file = str(self._folder / "CURRENT")
        self._analyzer = analyzer
        self._first_fingerprint = fingerprint or analyzer.fingerprint
        self._read_only = read_only
        self._generation: Generation | None = None
        self._pointer: tuple[int, int] | None = None
        self._opening = threading.Lock()
        self._writing = threading.RLock()
        self._writer: GenerationWriter | None = None
        self._rebuild: EmbeddedRebuild | None = None
        self._lock_file: int | None = None

    # reading

    def search(self, query: SearchQuery) -> SearchResults:
        generation = self._current()
        if generation is None or not query.access:
            return SearchResults((), 0, dict.fromkeys(query.facet_sizes, ()))
        with _answering():
            return Searcher(generation).search(query)

    def pages(self, id: int, query: SearchQuery) -> tuple[PageHit, ...]:
        generation = self._current()
        if generation is None or not query.access:
            return ()
        with _answering():
            return Searcher(generation).pages(id, query)

    def suggest(self, prefix: str, access: frozenset[str], size: int) -> tuple[Suggestion, ...]:
        generation = self._current()
        if generation is None or not access or size < 1:
            return ()
        with _answering():
            return suggest(generation, prefix, access, size)

    def did_you_mean(self, text: str, access: frozenset[str], size: int) -> tuple[str, ...]:
        generation = self._current()
        if generation is None or not access or size < 1:
            return ()
        with _answering():
            return did_you_mean(generation, text, access, size)

    def similar(self, id: int, access: frozenset[str], size: int) -> tuple[Hit, ...]:
        generation = self._current()
        if generation is None or not access or size < 1:
            return ()
        with _answering():
            return similar(generation, id, access, size)

    def versions(self) -> Iterator[tuple[int, int]]:
        generation = self._current()
        if generation is None:
            return
        with _answering():
            found = read_versions(generation)
        for id, version, removed in found:
            if not removed:
                yield id, version

    def fingerprint(self) -> str:
        """See ``Engine.fingerprint``. Empty for a damaged index, which must be rebuilt."""
        try:
            generation = self._current()
        except EngineUnavailable:
            return ""
        return generation.fingerprint if generation else ""

    def health(self) -> Health:
        try:
            generation = self._current()
            if generation is None:
                return Health(ok=True, documents=0, detail="there is no index yet; the first write makes one")
            with _answering():
                documents = Searcher(generation).documents()
        except EngineUnavailable as error:
            return Health(ok=False, documents=0, detail=str(error))
        return Health(ok=True, documents=documents, detail=f"{generation.path.name} answers")

    def _current(self) -> Generation | None:
        """The generation that answers, opened or refreshed as needed. None if nothing was ever written."""
        while True:
            pointer = self._stamp()
            try:
                return self._opened(pointer)
            except Damaged as error:
                self._generation = None
                # If the pointer changed meanwhile, the generation was replaced: open the new one.
                if self._stamp() == pointer:
                    raise EngineUnavailable(str(error)) from error

    def _opened(self, pointer: tuple[int, int] | None) -> Generation | None:
        generation = self._generation
        if generation is None or pointer != self._pointer:
            with self._opening:
                name = current_name(self._folder)
                if name is None:
                    generation = None
                elif self._generation is None or self._generation.path.name != name:
                    generation = Generation(self._folder / name, self._analyzer)
                else:
                    generation = self._generation
                self._generation, self._pointer = generation, pointer
        if generation is not None:
            generation.refresh()
        return generation

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = os.stat(self._current_file)
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    # writing

    def index(self, docs: Sequence[ResourceDoc]) -> None:
        with self._writing:
            writer = self._own_writer()
            reasons = writer.put(docs)
            writer.commit()
            if self._rebuild is not None:
                self._rebuild.live_put(docs)
        refuse_all(reasons)

    def remove(self, ids: Sequence[int], version: int) -> None:
        with self._writing:
            writer = self._own_writer()
            writer.drop(ids, version)
            writer.commit()
            if self._rebuild is not None:
                self._rebuild.live_drop(ids, version)

    def rebuild(self, fingerprint: str) -> EmbeddedRebuild:
        with self._writing:
            self._take_lock()
            if self._rebuild is not None:
                raise EngineUnavailable("a rebuild is under way; wait for it to finish")
            with _writable():
                generation = Generation.create(
                    self._folder, next_name(self._folder), fingerprint=fingerprint, analyzer=self._analyzer
                )
            self._rebuild = EmbeddedRebuild(self, GenerationWriter(generation, is_rebuild=True))
            return self._rebuild

    def close(self) -> None:
        """Release the folder's lock, so that another process may write."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None

    @property
    def write_lock(self) -> contextlib.AbstractContextManager[bool]:
        """Held by everything that writes."""
        return self._writing

    def _own_writer(self) -> GenerationWriter:
        self._take_lock()
        generation = self._current()
        if generation is None:
            with _writable():
                created = next_name(self._folder)
                Generation.create(self._folder, created, fingerprint=self._first_fingerprint, analyzer=self._analyzer)
                point_to(self._folder, created)
            generation = self._current()
            if generation is None:
                raise EngineUnavailable("the index folder was removed while it was being made")
        if self._writer is None or self._writer.generation is not generation:
            self._writer = GenerationWriter(generation)
        return self._writer

    def _take_lock(self) -> None:
        if self._read_only:
            raise EngineUnavailable("this engine was opened for reading only; the relay is the one that writes")
        if self._lock_file is not None:
            return
        with _writable():
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._folder / "writer.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise EngineUnavailable("another process writes this index; only one may") from error
        self._lock_file = handle
        with contextlib.suppress(Damaged):
            # Remove what a writer that was killed in a rebuild left.
            if (name := current_name(self._folder)) is not None:
                remove_others(self._folder, name)

    def end_rebuild(self, writer: GenerationWriter | None) -> None:
        """Called by the rebuild: with its writer to let the new index answer, with None to give up."""
        with self._writing:
            self._rebuild = None
            if writer is None:
                return
            if self._writer is not None:
                self._writer.close()
            name = writer.generation.path.name
            with _writable():
                point_to(self._folder, name)
            self._writer = None
            remove_others(self._folder, name)


class EmbeddedRebuild:
    """Writes a new generation while the old one answers. Live writes reach both; see ``Rebuild``."""

    def __init__(self, engine: EmbeddedEngine, writer: GenerationWriter) -> None:
        self._engine = engine
        self._writer = writer
        self._lock = threading.Lock()
        self._open = True

    def add(self, docs: Iterable[ResourceDoc]) -> None:
        with self._lock:
            self._must_be_open()
            # No commit before the end: each would close a segment, and an interrupted rebuild is deleted anyway.
            reasons = self._writer.put(docs, replace=False)
        refuse_all(reasons)

    def finish(self) -> None:
        # Commit most of it first: live writes then wait only for this lock, not for the swap.
        with self._lock:
            self._must_be_open()
            self._writer.commit()
            self._writer.close(wait_for_merges=True)
        # The engine's lock first, in the order of live writes: no write may come between the last commit and the swap.
        with self._engine.write_lock, self._lock:
            self._must_be_open()
            self._writer.commit()
            self._writer.close()
            self._engine.end_rebuild(self._writer)
            self._open = False

    def live_put(self, docs: Sequence[ResourceDoc]) -> None:
        with self._lock:
            if self._open:
                self._writer.put(docs)

    def live_drop(self, ids: Sequence[int], version: int) -> None:
        with self._lock:
            if self._open:
                self._writer.drop(ids, version)

    def __enter__(self) -> EmbeddedRebuild:
        return self

    def __exit__(self, *exc: object) -> None:
        with self._engine.write_lock, self._lock:
            if self._open:
                self._open = False
                self._writer.close()
                self._engine.end_rebuild(None)
                shutil.rmtree(self._writer.generation.path, ignore_errors=True)

    def _must_be_open(self) -> None:
        if not self._open:
            raise EngineUnavailable("this rebuild is over; start another")


@contextlib.contextmanager
def _answering() -> Iterator[None]:
    """Turn errors while reading into EngineUnavailable: the files are damaged or gone."""
    try:
        yield
    except Damaged as error:
        raise EngineUnavailable(str(error)) from error
    except OSError as error:
        raise EngineUnavailable(f"the index can't be read: {error}") from error


@contextlib.contextmanager
def _writable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, Damaged) as error:
        raise EngineUnavailable(f"the index folder can't be written: {error}") from error
