"""One generation of the index: a folder with two tantivy indexes and a description.

<folder>/CURRENT            the name of the generation that answers; replaced atomically
<folder>/writer.lock        held by the one process that writes
<folder>/gen-000007/meta.json   fingerprint, schema and dictionary; written last, so a folder without it is half-written
<folder>/gen-000007/resources/  tantivy
<folder>/gen-000007/pages/      tantivy
<folder>/gen-000007/vectors-*   what pages mean (vectors.py); only where an embedding model is used
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from pathlib import Path

import tantivy

from search.analysis import Analyzer, Dictionary
from search.engines.embedded.match_query import MatchCompiler
from search.engines.embedded.query_compiler import StepCompiler
from search.engines.embedded.schema import has_field, page_schema, register, resource_schema, schema_digest
from search.engines.embedded.vectors import VectorReader
from search.engines.indexable import reported_fingerprint

FORMAT = 3
"""Version of the folder's layout. An index of another format does not answer until it is rebuilt."""

_NAME_RE = re.compile(r"gen-\d{6}")


class Damaged(Exception):
    """The generation can't be opened. The message is one sentence for an operator."""


def write_durably(path: Path, text: str) -> None:
    """Replace a small file atomically and durably: a crash leaves the old content or the new."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def current_name(folder: Path) -> str | None:
    """The name of the generation that answers, or None if nothing was ever written."""
    try:
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        if any(_NAME_RE.fullmatch(child.name) for child in _children(folder)):
            raise Damaged("the index folder has no CURRENT file; rebuild the index") from None
        return None
    if not _NAME_RE.fullmatch(name):
        raise Damaged("the CURRENT file of the index folder is not readable; rebuild the index")
    return name


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def next_name(folder: Path) -> str:
    numbers = [int(child.name[4:]) for child in _children(folder) if _NAME_RE.fullmatch(child.name)]
    return f"gen-{max(numbers, default=0) + 1:06d}"


def remove_others(folder: Path, *keep: str) -> None:
    """Remove unused generations: replaced ones and those a crash left unfinished.

    Readers that still have an old one open keep their files until they let go (POSIX).
    """
    for child in _children(folder):
        if _NAME_RE.fullmatch(child.name) and child.name not in keep:
            shutil.rmtree(child, ignore_errors=True)


def point_to(folder: Path, name: str) -> None:
    write_durably(folder / "CURRENT", name + "\n")


class Generation:
    """An open generation.

    ``analyzer`` has the dictionary the index was built with, which may be older than ours.
    """

    def __init__(self, path: Path, analyzer: Analyzer) -> None:
        self.path = path
        try:
            meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise Damaged(f"the index has format {meta['format']}, this version reads {FORMAT}; rebuild the index")
            schema = str(meta.get("schema", ""))
            self.fingerprint = reported_fingerprint(str(meta["fingerprint"]), schema=schema, current=schema_digest())
            terms = tuple(str(term) for term in meta["dictionary"])
        except FileNotFoundError:
            raise Damaged(f"the index {path.name} was only half written; rebuild the index") from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(f"the index {path.name} has no readable description ({error}); rebuild the index") from error
        dictionary = Dictionary(terms)
        same = dictionary == analyzer.dictionary
        self.analyzer = analyzer if same else analyzer.with_dictionary(dictionary)
        self.resources = self._open("resources")
        self.pages = self._open("pages")
        self.vectors = VectorReader(path)
        self.resource_schema = self.resources.schema
        self.page_schema = self.pages.schema
        self.resource_query = StepCompiler(self.resource_schema)
        self.resource_match = MatchCompiler(self.resource_schema)
        self.page_query = StepCompiler(self.page_schema)
        self.page_weight = "weight" if has_field(self.page_schema, "weight") else None
        """The field that multiplies the scores of pages, which an index of an older schema lacks."""
        # Built once: every search checks these files first.
        self._metas = [str(path / part / "meta.json") for part in ("resources", "pages")]
        self.facets_of_many_values: set[str] = set()
        """Facets found to need exact counts over several segments."""
        self._seen: tuple[object, ...] = ()
        self._lock = threading.Lock()
        self.refresh()

    @classmethod
    def create(cls, folder: Path, name: str, *, fingerprint: str, analyzer: Analyzer) -> Generation:
        path = folder / name
        (path / "resources").mkdir(parents=True)
        (path / "pages").mkdir()
        tantivy.Index(resource_schema(), path=str(path / "resources"))
        tantivy.Index(page_schema(), path=str(path / "pages"))
        meta = {
            "format": FORMAT,
            "fingerprint": fingerprint,
            "schema": schema_digest(),
            "dictionary": list(analyzer.dictionary.terms),
        }
        write_durably(path / "meta.json", json.dumps(meta, ensure_ascii=False))
        sync_folder(folder)
        return cls(path, analyzer)

    def _open(self, part: str) -> tantivy.Index:
        folder = self.path / part
        try:
            index = register(tantivy.Index.open(str(folder)))
            index.config_reader("manual", 0)
        except (ValueError, OSError) as error:
            raise Damaged(f"the index {self.path.name}/{part} can't be opened ({error}); rebuild the index") from error
        return index

    def refresh(self) -> None:
        """Reload if the writer committed anything. Costs two ``stat`` calls otherwise."""
        seen = tuple([self._stamp(path) for path in self._metas])
        if seen == self._seen:
            return
        with self._lock:
            try:
                # Pages last: they are committed first, and replaced ones are deleted one commit later. So a resource that
                # is found always has the pages of its version.
                self.resources.reload()
                self.pages.reload()
            except (ValueError, OSError) as error:
                raise Damaged(f"the index {self.path.name} can't be read ({error}); rebuild the index") from error
            self._seen = seen

    def _stamp(self, meta: str) -> tuple[int, int, int]:
        try:
            stat = os.stat(meta)
        except OSError as error:
            raise Damaged(f"the index {self.path.name} has lost its files ({error}); rebuild the index") from error
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def changed(self) -> None:
        """Reload at the next refresh, even if the files have the same time stamp."""
        self._seen = ()
