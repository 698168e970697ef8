"""Relevance of an engine on a judged collection: MRR, nDCG and recall at ten.

The folder is laid out like TREC collections as JSON lines: ``docs.jsonl`` ({id, title, text}), ``queries*.jsonl``
({id, text}), ``qrels*.tsv`` (query, 0, document, grade), each also gzipped.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search.engines import Engine
from search.engines.types import EVERYTHING, PageDoc, ResourceDoc, SearchQuery

DEPTH = 10
_WRITTEN = datetime(2020, 1, 1, tzinfo=UTC)
_BATCH = 2_000


Judgments = dict[str, dict[str, int]]
"""Grade by query and document."""


class BadCollection(Exception):
    """The folder is not a test collection; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """An engine knows each document by its place in ``documents``."""

    documents: tuple[dict[str, Any], ...]
    questions: tuple[Question, ...]
    judgments: Judgments
    name: str


@dataclass(frozen=True, slots=True)
class Scores:
    mrr: float
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class Run:
    """Scores by question."""

    engine: str
    queries: str
    scores: dict[str, Scores]

    def mean(self) -> Scores:
        values = list(self.scores.values())
        return Scores(*(statistics.fmean(getattr(each, name) for each in values) for name in ("mrr", "ndcg", "recall")))

    def as_json(self) -> dict[str, Any]:
        mean = self.mean()
        return {
            "engine": self.engine,
            "queries": self.queries,
            "n": len(self.scores),
            "MRR10": round(mean.mrr, 4),
            "nDCG10": round(mean.ndcg, 4),
            "Recall10": round(mean.recall, 4),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean difference of paired nDCG values, with a 95 % interval from a bootstrap over the questions."""

    mean: float
    low: float
    high: float
    better: int
    worse: int
    n: int


def _open(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield line


def _one(folder: Path, stem: str, endings: tuple[str, ...]) -> Path | None:
    for ending in endings:
        if (path := folder / f"{stem}{ending}").exists():
            return path
    return None


_JSONL = (".jsonl", ".jsonl.gz")
_TSV = (".tsv", ".tsv.gz")


def query_files(folder: Path) -> list[tuple[Path, Path]]:
    """The folder's query files with their judgments: ``queries_title`` has ``qrels_title``."""
    pairs: list[tuple[Path, Path]] = []
    for path in sorted(folder.glob("queries*")):
        if not path.name.endswith(_JSONL):
            continue
        suffix = path.name.split(".")[0].removeprefix("queries")
        judgments = _one(folder, f"qrels{suffix}", _TSV) or _one(folder, "qrels", _TSV)
        if judgments is not None:
            pairs.append((path, judgments))
    if not pairs:
        raise BadCollection(f"{folder} has no queries*.jsonl with a qrels*.tsv beside it")
    return pairs


def load_documents(folder: Path, *, titles: bool = True) -> tuple[dict[str, Any], ...]:
    path = _one(folder, "docs", _JSONL)
    if path is None:
        raise BadCollection(f"{folder} has no docs.jsonl or docs.jsonl.gz")
    documents = [json.loads(line) for line in _open(path)]
    return tuple({**each, "title": each.get("title", "") if titles else ""} for each in documents)


def load_judgments(path: Path) -> Judgments:
    judgments: Judgments = {}
    for line in _open(path):
        question, _, document, grade = line.rstrip("\r\n").split("\t")[:4]
        judgments.setdefault(question, {})[document] = int(grade)
    return judgments


def load_questions(path: Path, judgments: Judgments, *, sample: int = 0) -> tuple[Question, ...]:
    """The questions with a relevant document, in file order; ``sample`` of them, drawn the same each time."""
    questions = [Question(str(each["id"]), str(each["text"])) for each in map(json.loads, _open(path))]
    if sample and len(questions) > sample:
        questions = random.Random(7).sample(questions, sample)  # repeatable, nothing secret
    return tuple(each for each in questions if any(grade > 0 for grade in judgments.get(each.id, {}).values()))


def fill(engine: Engine, documents: tuple[dict[str, Any], ...]) -> None:
    """Every document as a resource with one page, numbered by its place."""
    batch: list[ResourceDoc] = []
    with engine.rebuild(engine.fingerprint() or "evaluation") as rebuild:
        for number, document in enumerate(documents):
            batch.append(of_one_page(number, document))
            if len(batch) == _BATCH:
                rebuild.add(batch)
                batch = []
        rebuild.add(batch)
        rebuild.finish()


def of_one_page(number: int, document: dict[str, Any]) -> ResourceDoc:
    page = PageDoc(file=1, number=1, label="", text=str(document.get("text") or ""))
    return resource(number, str(document.get("title") or ""), (page,))


def resource(number: int, title: str, pages: tuple[PageDoc, ...], *, description: str = "") -> ResourceDoc:
    """A public resource with these texts and nothing else that scores."""
    return ResourceDoc(
        id=number,
        version=1,
        title=title,
        keywords=(),
        headings=(),
        description=description,
        facets={},
        age_months=None,
        published=_WRITTEN,
        popularity=0.0,
        quality=0.0,
        access=("public",),
        pages=pages,
    )


def run(engine: Engine, collection: Collection, *, engine_name: str) -> Run:
    ids = [str(document["id"]) for document in collection.documents]
    scores: dict[str, Scores] = {}
    for question in collection.questions:
        results = engine.search(SearchQuery(question.text, access=frozenset({EVERYTHING}), size=DEPTH))
        found = [ids[hit.id] for hit in results.hits]
        scores[question.id] = score(found, collection.judgments[question.id])
    return Run(engine_name, collection.name, scores)


def score(found: list[str], grades: dict[str, int]) -> Scores:
    """Of one question. Gain is 2^grade - 1; recall counts every document graded above 0."""
    gained = [grades.get(document, 0) for document in dict.fromkeys(found)][:DEPTH]
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    first = next((place for place, grade in enumerate(gained, 1) if grade > 0), 0)
    relevant = sum(grade > 0 for grade in grades.values())
    return Scores(
        mrr=1 / first if first else 0.0,
        ndcg=_gain(gained) / _gain(ideal),
        recall=sum(grade > 0 for grade in gained) / relevant,
    )


def _gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def compare(ours: Run, saved: dict[str, float]) -> Difference | None:
    """Ours minus the saved run, paired by question; None when the two runs share none."""
    return paired({id: each.ndcg for id, each in ours.scores.items()}, saved)


RESAMPLES = 2_000


def paired(ours: dict[str, float], theirs: dict[str, float]) -> Difference | None:
    differences = [value - theirs[id] for id, value in ours.items() if id in theirs]
    if not differences:
        return None
    draw = random.Random(7)  # repeatable, nothing secret
    means = sorted(statistics.fmean(draw.choices(differences, k=len(differences))) for _ in range(RESAMPLES))
    return Difference(
        mean=statistics.fmean(differences),
        low=means[int(0.025 * RESAMPLES)],
        high=means[int(0.975 * RESAMPLES) - 1],
        better=sum(each > 0 for each in differences),
        worse=sum(each < 0 for each in differences),
        n=len(differences),
    )


def save(runs: list[Run], path: Path) -> None:
    kept = [
        {"engine": each.engine, "queries": each.queries, "ndcg": {id: s.ndcg for id, s in each.scores.items()}}
        for each in runs
    ]
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def load_saved(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """nDCG by question, by (engine, queries)."""
    return {(each["engine"], each["queries"]): each["ndcg"] for each in json.loads(path.read_text(encoding="utf-8"))}
