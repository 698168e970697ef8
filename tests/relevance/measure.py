"""nDCG@10 of every ranker on the judged queries: ``SEARCH_URL=… python -m tests.relevance.measure FOLDER``."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks import relevance
from tests.relevance.collect import JUDGMENTS, QUERIES
from tests.relevance.rankers import everyone

Measured = dict[str, dict[str, float]]
"""nDCG@10 by ranker and query."""


def kinds() -> dict[str, str]:
    return {each["id"]: each["kind"] for each in map(json.loads, QUERIES.read_text(encoding="utf-8").splitlines())}


def measure(folder: Path, url: str) -> Measured:
    judged = relevance.load_judgments(JUDGMENTS)
    questions = relevance.load_questions(QUERIES, judged)
    with everyone(relevance.load_documents(folder), url) as rankers:
        return {
            name: {each.id: relevance.score(rank(each.text), judged[each.id]).ndcg for each in questions}
            for name, rank in rankers.items()
        }


def table(measured: Measured) -> str:
    """Markdown: a line for each kind of query, and for all (without pinyin, which no plain index answers, and with)."""
    groups: dict[str, list[str]] = defaultdict(list)
    of = kinds()
    for query in next(iter(measured.values())):
        groups[of[query]].append(query)
    every_kind = tuple(groups)
    groups["all but pinyin"] = [query for kind in every_kind if kind != "pinyin" for query in groups[kind]]
    groups["all"] = [query for kind in every_kind for query in groups[kind]]
    lines = [f"| queries | n | {' | '.join(measured)} |", f"|---|---|{'---|' * len(measured)}"]
    for kind, queries in groups.items():
        means = (statistics.fmean(scores[query] for query in queries) for scores in measured.values())
        lines.append(f"| {kind} | {len(queries)} | {' | '.join(f'{mean:.3f}' for mean in means)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measure(Path(sys.argv[1]), os.environ["SEARCH_URL"])))
