"""What each device of ranking and relaxation gains: ``python -m tests.relevance.ablation FOLDER [--public DATA/ir]``.

Each device is switched off in turn. Printed is nDCG@10 with it minus without it, paired by query, with a 95 % interval from
a bootstrap over the queries. ``FOLDER`` is what ``tests.relevance.collect`` made. The embedded engine is measured; the
other one answers alike (``test_judged.py``).
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager as Context
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from benchmarks.relevance import (
    DEPTH,
    Judgments,
    Question,
    fill,
    load_documents,
    load_judgments,
    load_questions,
    paired,
    query_files,
    score,
)
from search.analysis import Analyzer, Synonyms, default_dictionary, default_synonyms
from search.engines import query_builder, query_clauses, query_relaxation
from search.engines.embedded import EmbeddedEngine, searcher
from search.engines.types import EVERYTHING, ResourceDoc, SearchQuery
from search.engines.weights import WEIGHTS
from tests.relevance.collect import JUDGMENTS, QUERIES
from tests.relevance.grouped import group

Scores = dict[str, float]
"""nDCG@10 by query."""


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    without: Callable[[], Context[Any]]
    synonyms: Synonyms | None = None
    """The analyzer's, where the device lies there."""


def without_weight(**weights: float) -> Callable[[], Context[Any]]:
    @contextlib.contextmanager
    def switched_off() -> Iterator[None]:
        changed = replace(WEIGHTS, **weights)
        with contextlib.ExitStack() as stack:
            for module in (query_builder, query_clauses, searcher):
                stack.enter_context(patch.object(module, "WEIGHTS", changed))
            yield

    return switched_off


def without(module: ModuleType, function: str, answer: object) -> Callable[[], Context[Any]]:
    return lambda: patch.object(module, function, lambda *_args, **_options: answer)


DEVICES = (
    Device("synonyms", contextlib.nullcontext, Synonyms()),
    Device("title or whole text, whichever answers better", without_weight(title_answers=0.0)),
    Device("short first page filled by looser steps", without(searcher, "may_fill", False)),
    Device("any word, or the parts of a compound", without(query_builder, "selective_terms", ())),
    Device("other spellings", without(query_relaxation, "likely_spellings", ())),
    Device("abbreviations of titles", without(query_builder, "_may_be_abbreviation", False)),
    Device("a share of bigrams for short queries", without(query_builder, "has_selective_tokens", False)),
    Device("words beside bigrams", without_weight(body_words=0.0, subwords=0.0)),
    Device("bigrams across two words count less", without_weight(outer_bigrams=1.0, sentence_outer_bigrams=1.0)),
    Device("synonyms in sentences", without_weight(sentence_synonym=0.0)),
    Device("single characters in sentences", without_weight(characters=0.0)),
    Device("single characters among looser hits", without_weight(loose_characters=0.0)),
    Device("best page", without_weight(best_page=0.0)),
    Device("every word of a few held", without_weight(complete=0.0)),
    Device("… on one page", without_weight(complete_page=0.0)),
    Device("words in the title, for sentences", without_weight(title_words=0.0)),
    Device("a required word wherever it stands", without_weight(required_words=0.0)),
    Device("the query is the title", without_weight(title_exact=0.0, keyword_exact=0.0)),
)


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    folder: Path
    """Of its index."""
    ids: Sequence[str]
    questions: Sequence[Question]
    judgments: Judgments

    def scores(self, synonyms: Synonyms) -> Scores:
        # A new analyzer: the one before remembers queries with the clauses they became.
        analyzer = Analyzer(dictionary=default_dictionary(), synonyms=synonyms)
        engine = EmbeddedEngine(self.folder, analyzer, read_only=True)
        return {each.id: self._score(engine, each) for each in self.questions}

    def _score(self, engine: EmbeddedEngine, question: Question) -> float:
        results = engine.search(SearchQuery(question.text, access=frozenset({EVERYTHING}), size=DEPTH))
        return score([self.ids[hit.id] for hit in results.hits], self.judgments[question.id]).ndcg


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine(folder, Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms()))
    try:
        yield engine
    finally:
        engine.close()


def judged(folder: Path, index: Path) -> Iterator[Collection]:
    """The judged queries on single documents and on resources of many pages."""
    documents = load_documents(folder)
    judgments = load_judgments(JUDGMENTS)
    questions = load_questions(QUERIES, judgments)
    with _writing(index / "judged") as engine:
        fill(engine, documents)
    yield Collection("judged", index / "judged", [str(each["id"]) for each in documents], questions, judgments)
    grouped = group(documents)
    write(index / "grouped", grouped.resources)
    ids = [str(each.id) for each in grouped.resources]
    yield Collection("many pages", index / "grouped", ids, questions, grouped.judgments(judgments))


def write(folder: Path, resources: Sequence[ResourceDoc]) -> None:
    with _writing(folder) as engine, engine.rebuild("measured") as rebuild:
        rebuild.add(resources)
        rebuild.finish()


def public(data: Path, index: Path, sample: int) -> Iterator[Collection]:
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        documents = load_documents(folder)
        with _writing(index / folder.name) as engine:
            fill(engine, documents)
        for queries, qrels in query_files(folder):
            judgments = load_judgments(qrels)
            name = f"{folder.name} {queries.name.split('.')[0].removeprefix('queries').strip('_')}".strip()
            questions = load_questions(queries, judgments, sample=sample)
            ids = [str(each["id"]) for each in documents]
            yield Collection(name, index / folder.name, ids, questions, judgments)


def gain(collection: Collection, device: Device, whole: Scores) -> str:
    """Points of nDCG (hundredths) that are lost without the device."""
    with device.without():
        lacking = collection.scores(device.synonyms if device.synonyms is not None else default_synonyms())
    found = paired(whole, lacking)
    if found is None or not (found.better or found.worse):
        return "0"
    return f"{100 * found.mean:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def table(collections: Sequence[Collection]) -> str:
    whole = {each.name: each.scores(default_synonyms()) for each in collections}
    names = [each.name for each in collections]
    means = [f"{sum(whole[name].values()) / len(whole[name]):.3f}" for name in names]
    lines = [
        f"| device | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
        f"| all of them | {' | '.join(means)} |",
    ]
    for device in DEVICES:
        gains = [gain(each, device, whole[each.name]) for each in collections]
        lines.append(f"| {device.name} | {' | '.join(gains)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.relevance.ablation", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--public", type=Path, help="folder of the public sets")
    parser.add_argument("--sample", type=int, default=500, help="queries of each public set")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ablation-") as index:
        collections = list(judged(options.folder, Path(index)))
        if options.public:
            collections += public(options.public, Path(index), options.sample)
        print(table(collections))


if __name__ == "__main__":
    main()
