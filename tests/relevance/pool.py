"""Makes the pool: ``SEARCH_URL=… python -m tests.relevance.pool FOLDER SHEET`` with the folder ``collect`` made.

Writes ``pool.tsv`` (query, document, ranker and rank) and the judge's sheet: the documents of each query, shuffled, without
ranker, with title and the passages around the query's words. Judged documents are left out.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks import relevance
from search.analysis import Analyzer, default_dictionary, default_synonyms
from tests.relevance.collect import JUDGMENTS, QUERIES
from tests.relevance.rankers import everyone

POOL = Path(__file__).with_name("pool.tsv")
PASSAGE, PASSAGES = 110, 2
"""Characters of a passage and how many a judge sees; short texts are shown whole."""

Pool = dict[str, dict[str, list[str]]]


def make(folder: Path, url: str) -> Pool:
    """By query and document, the proposals as ``ranker:rank``."""
    documents = relevance.load_documents(folder)
    pool: Pool = {}
    with everyone(documents, url) as rankers:
        for line in QUERIES.read_text(encoding="utf-8").splitlines():
            query = json.loads(line)
            proposals: dict[str, list[str]] = defaultdict(list)
            for name, rank in rankers.items():
                for place, document in enumerate(rank(query["text"]), start=1):
                    proposals[document].append(f"{name}:{place}")
            pool[query["id"]] = proposals
    return pool


def write(pool: Pool) -> None:
    with POOL.open("w", encoding="utf-8") as target:
        for query, proposals in pool.items():
            for document in sorted(proposals):
                target.write(f"{query}\t{document}\t{' '.join(proposals[document])}\n")


def read() -> Pool:
    pool: Pool = defaultdict(dict)
    for line in POOL.read_text(encoding="utf-8").splitlines():
        query, document, proposals = line.split("\t")
        pool[query][document] = proposals.split(" ")
    return pool


def sheet(pool: Pool, folder: Path) -> str:
    texts = {str(each["id"]): each for each in relevance.load_documents(folder)}
    queries = {each["id"]: each["text"] for each in map(json.loads, QUERIES.read_text(encoding="utf-8").splitlines())}
    judged = relevance.load_judgments(JUDGMENTS) if JUDGMENTS.exists() else {}
    lines: list[str] = []
    for query, proposals in pool.items():
        lines.append(f"## {query} {queries[query]}")
        for number, document in enumerate(in_sheet_order(query, proposals), start=1):
            if document not in judged.get(query, {}):
                found = texts[document]
                lines.append(f"{number} 《{found['title']}》{_passages(found['text'], queries[query])}")
    return "\n".join(lines) + "\n"


def in_sheet_order(query: str, proposals: dict[str, list[str]]) -> list[str]:
    """Shuffled the same way each time, so that a number on the sheet identifies a document."""
    documents = sorted(proposals)
    random.Random(query).shuffle(documents)
    return documents


def _passages(text: str, query: str) -> str:
    """The stretches with most of the query's characters and bigrams, in the text's order."""
    flat = " ".join(text.split())
    if len(flat) <= PASSAGE * PASSAGES:
        return flat
    folded, asked = flat.lower(), _simplified(query)
    wanted = {asked[index : index + size] for size in (2, 3) for index in range(len(asked) - size + 1)}
    starts = range(0, len(flat), PASSAGE // 2)
    marks = {start: sum(word in folded[start : start + PASSAGE] for word in wanted) for start in starts}
    chosen: list[int] = []
    for start in sorted(marks, key=lambda start: (-marks[start], start)):
        if all(abs(start - other) >= PASSAGE for other in chosen):
            chosen.append(start)
        if len(chosen) == PASSAGES:
            break
    return " … ".join(flat[start : start + PASSAGE] for start in sorted(chosen))


def _simplified(query: str) -> str:
    return Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms()).query(query).folded


if __name__ == "__main__":
    where = Path(sys.argv[1])
    pooled = make(where, os.environ["SEARCH_URL"])
    write(pooled)
    Path(sys.argv[2]).write_text(sheet(pooled, where), encoding="utf-8")
    print(f"{sum(map(len, pooled.values()))} documents for {len(pooled)} queries")
