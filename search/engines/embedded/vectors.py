"""The vectors of one generation: a file of records of one length, read through memory mapping.

The writer only appends. A record holds the version of its resource, so records of replaced and removed resources are
recognised when the resources found are looked up; the writer drops them when half of the file is such records.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import Occur, Query

from search.engines.embedded.query_compiler import one_of
from search.engines.fusion import NEAREST, Fusion, Near
from search.engines.types import Meaning, PageHit, ResourceDoc, SearchQuery

if TYPE_CHECKING:
    import numpy as np

CHUNK = 8192
"""Records multiplied at once: four megabytes as floats."""

FIRST_RECORDS = 1_000
"""The nearest records that are looked up first. Where the filters leave few, all others follow."""

MANY = 2_000
"""Below so many records the file is never cleaned."""


def _record(dimensions: int) -> np.dtype[Any]:
    import numpy as np

    return np.dtype(
        [
            ("id", "<i8"),
            ("version", "<i8"),
            ("file", "<i8"),
            ("number", "<i4"),
            ("norm", "<f4"),
            ("vector", "i1", (dimensions,)),
        ]
    )


def _path(folder: Path, model: str, dimensions: int) -> Path:
    return folder / f"vectors-{model}-{dimensions}"


Found = list[tuple[object, tantivy.DocAddress]]


@dataclass(frozen=True, slots=True)
class FusedPage:
    """``places``: where the documents are, by id. ``shown``: the page without near matches."""

    fusion: Fusion
    places: dict[int, tantivy.DocAddress]
    shown: Found

    def near(self, query: SearchQuery, extra: Found, ids: list[int]) -> Found:
        """The near matches in their order: ``extra``, whose ids are ``ids``, and hits by meaning alone."""
        places = self.places | {id: address for id, (_, address) in zip(ids, extra, strict=True)}
        found = self.fusion.near_matches(query, len(self.shown), ids)
        return [(each.score, places[each.id]) for each in found]


class VectorReader:
    """Finds the nearest records. Maps the file again when the writer changed it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mapped: dict[Path, tuple[tuple[int, int], Any]] = {}

    def nearest(self, vector: bytes, model: str, least: float) -> Iterator[tuple[int, int, float, int, int]]:
        """(id, version, similarity, file, number) of records at least this similar, most similar first."""
        import numpy as np

        records = self._records(model, len(vector))
        if records is None:
            return
        query = np.frombuffer(vector, dtype=np.int8).astype(np.float32)
        query /= max(float(np.linalg.norm(query)), 1e-9)
        parts = [
            (records["vector"][start : start + CHUNK].astype(np.float32) @ query)
            / records["norm"][start : start + CHUNK]
            for start in range(0, len(records), CHUNK)
        ]
        similarity = np.concatenate(parts)
        places = np.flatnonzero(similarity >= least)
        places = places[np.argsort(-similarity[places], kind="stable")]
        for place in places:
            row = records[place]
            yield int(row["id"]), int(row["version"]), float(similarity[place]), int(row["file"]), int(row["number"])

    def _records(self, model: str, dimensions: int) -> Any:
        path = _path(self._folder, model, dimensions)
        try:
            stat = os.stat(path)
        except OSError:
            return None
        stamp = stat.st_ino, stat.st_size
        known = self._mapped.get(path)
        if known is None or known[0] != stamp:
            import numpy as np

            record = _record(dimensions)
            count = stat.st_size // record.itemsize
            if not count:
                return None
            known = stamp, np.memmap(path, dtype=record, mode="r", shape=(count,))
            self._mapped = {path: known}
        return known[1]


class VectorWriter:
    """Appends the vectors of the resources that are staged; durable after ``commit``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged: dict[Path, list[bytes]] = {}

    def stage(self, doc: ResourceDoc) -> None:
        import numpy as np

        for each in doc.vectors:
            vector = np.frombuffer(each.vector, dtype=np.int8)
            norm = max(float(np.linalg.norm(vector.astype(np.float32))), 1e-9)
            row = np.array((doc.id, doc.version, each.file, each.number, norm, vector), dtype=_record(len(vector)))
            self._staged.setdefault(_path(self._folder, doc.model, len(vector)), []).append(row.tobytes())

    def forget(self) -> None:
        self._staged = {}

    def commit(self) -> None:
        for path, rows in self._staged.items():
            with path.open("ab") as file:
                # A writer killed while it appended may have left a part of a record.
                if rest := file.tell() % len(rows[0]):
                    file.truncate(file.tell() - rest)
                file.write(b"".join(rows))
                file.flush()
                os.fsync(file.fileno())
        self.forget()

    def clean(self, versions: Mapping[int, int]) -> None:
        """Rewrite each file without the records of other versions, if half of them are such."""
        for path in self._folder.glob("vectors-*-*"):
            self._clean(path, versions)

    def _clean(self, path: Path, versions: Mapping[int, int]) -> None:
        import numpy as np

        record = _record(int(path.name.rpartition("-")[2]))
        count = path.stat().st_size // record.itemsize
        if count < MANY:
            return
        records = np.memmap(path, dtype=record, mode="r", shape=(count,))
        pairs: Iterable[tuple[int, int]] = zip(records["id"].tolist(), records["version"].tolist(), strict=True)
        alive = np.fromiter((versions.get(id) == version for id, version in pairs), dtype=bool, count=count)
        if 2 * int(alive.sum()) > count:
            return
        new = path.with_name(f"new-{path.name}")
        with new.open("wb") as file:
            file.write(records[alive].tobytes())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


def nearest_resources(
    reader: VectorReader,
    meaning: Meaning,
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    filters: list[Query],
) -> tuple[list[Near], dict[int, tantivy.DocAddress]]:
    """The nearest resources that pass the filters, and their addresses."""
    records = reader.nearest(meaning.vector, meaning.model, meaning.ordinary)
    first = list(islice(records, FIRST_RECORDS))
    nearest: dict[int, Near] = {}
    addresses: dict[int, tantivy.DocAddress] = {}
    for part, ids in ((first, list(dict.fromkeys(record[0] for record in first))), (records, None)):
        if len(nearest) >= NEAREST or ids == []:
            break
        allowed = passing(searcher, schema, filters, ids)
        for id, version, similarity, file, number in part:
            # Records of replaced versions stay in the file.
            if id in nearest or id not in allowed or allowed[id][0] != version:
                continue
            nearest[id] = Near(id, similarity, PageHit(file, number, similarity) if number else None)
            addresses[id] = allowed[id][1]
            if len(nearest) >= NEAREST:
                break
    return list(nearest.values()), addresses


def passing(
    searcher: tantivy.Searcher, schema: tantivy.Schema, filters: list[Query], ids: list[int] | None
) -> dict[int, tuple[int, tantivy.DocAddress]]:
    """Version and address of the resources that pass the filters: of these ids, or of all."""
    own = [] if ids is None else [one_of(schema, "id", ids)]
    wanted = Query.boolean_query([(Occur.Must, each) for each in (*own, *filters)])
    limit = searcher.num_docs if ids is None else len(ids)
    found = searcher.search(Query.const_score_query(wanted, 0.0), max(limit, 1), count=False).hits
    addresses = [address for _, address in found]
    columns = [searcher.fast_field_values(field, addresses) for field in ("id", "version")]
    return {
        int(id or 0): (int(version or 0), address) for id, version, address in zip(*columns, addresses, strict=True)
    }
