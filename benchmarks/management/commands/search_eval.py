"""Measure how well the search engines answer a judged collection, and whether a change made it better."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from benchmarks import relevance
from benchmarks.relevance import BadCollection, Collection, Run
from search.analysis import Analyzer, default_dictionary, default_synonyms
from search.engines import Engine
from search.engines.embedded import EmbeddedEngine


class Command(BaseCommand):
    help = (
        "Load a folder with docs.jsonl, queries*.jsonl and qrels*.tsv (also .gz) into a throw-away index and print"
        " MRR@10, nDCG@10 and Recall@10. The Elasticsearch server is the one named by SEARCH_URL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--engine", choices=("embedded", "elasticsearch", "all"), default="embedded")
        parser.add_argument("--queries", type=Path, help="only this query file")
        parser.add_argument("--qrels", type=Path, help="the judgments of --queries")
        parser.add_argument(
            "--sample", type=int, default=0, help="at most so many queries of each file, always the same"
        )
        parser.add_argument(
            "--no-titles", action="store_true", help="index the texts only (for queries that are titles)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument("--save", type=Path, metavar="RUN", help="keep the score of every query in this file")
        parser.add_argument("--compare", type=Path, metavar="RUN", help="compare with such a file, query by query")

    def handle(self, *args: object, **options: Any) -> None:
        if options["qrels"] and not options["queries"]:
            raise CommandError("--qrels needs --queries")
        saved = relevance.load_saved(options["compare"]) if options["compare"] else {}
        runs: list[Run] = []
        try:
            documents = relevance.load_documents(options["folder"], titles=not options["no_titles"])
            collections = self._collections(documents, options)
        except (BadCollection, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        names = ("embedded", "elasticsearch") if options["engine"] == "all" else (options["engine"],)
        if not options["json"]:
            self.stdout.write(f"{'engine':<14} {'queries':<28} {'n':>6} {'MRR@10':>7} {'nDCG@10':>8} {'Recall@10':>10}")
        for name in names:
            with _engine(name) as engine:
                relevance.fill(engine, documents)
                for collection in collections:
                    runs.append(relevance.run(engine, collection, engine_name=name))
                    self._print(runs[-1], saved, as_json=options["json"])
        if options["save"]:
            relevance.save(runs, options["save"])

    def _collections(self, documents: tuple[dict[str, Any], ...], options: dict[str, Any]) -> list[Collection]:
        folder: Path = options["folder"]
        if options["queries"]:
            beside = dict(relevance.query_files(options["queries"].parent)) if not options["qrels"] else {}
            judgments = options["qrels"] or beside.get(options["queries"])
            if judgments is None:
                raise BadCollection(f"no judgments found beside {options['queries']}; name them with --qrels")
            pairs = [(options["queries"], judgments)]
        else:
            pairs = relevance.query_files(folder)
        collections = []
        for queries, qrels in pairs:
            judged = relevance.load_judgments(qrels)
            questions = relevance.load_questions(queries, judged, sample=options["sample"])
            if not questions:
                raise BadCollection(f"{qrels} judges none of the queries of {queries}")
            collections.append(Collection(documents, questions, judged, f"{folder.name}/{queries.name.split('.')[0]}"))
        return collections

    def _print(self, run: Run, saved: dict[tuple[str, str], dict[str, float]], *, as_json: bool) -> None:
        row = run.as_json()
        before = saved.get((run.engine, run.queries))
        difference = relevance.compare(run, before) if before else None
        if as_json:
            if difference:
                row["difference"] = {
                    "nDCG10": round(difference.mean, 4),
                    "low": round(difference.low, 4),
                    "high": round(difference.high, 4),
                    "better": difference.better,
                    "worse": difference.worse,
                    "n": difference.n,
                }
            self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        self.stdout.write(
            f"{row['engine']:<14} {row['queries']:<28} {row['n']:>6} {row['MRR10']:>7.4f} {row['nDCG10']:>8.4f}"
            f" {row['Recall10']:>10.4f}"
        )
        if difference:
            self.stdout.write(
                f"{'':<14} against the saved run: nDCG {difference.mean:+.4f}"
                f" (95 % {difference.low:+.4f} to {difference.high:+.4f}),"
                f" {difference.better} better, {difference.worse} worse of {difference.n}"
            )


@contextlib.contextmanager
def _engine(name: str) -> Iterator[Engine]:
    """An engine with an index of its own, removed afterwards."""
    analyzer = Analyzer(dictionary=default_dictionary(), synonyms=default_synonyms())
    if name == "embedded":
        with tempfile.TemporaryDirectory(prefix="search-eval-") as folder:
            engine = EmbeddedEngine(Path(folder) / "index", analyzer)
            try:
                yield engine
            finally:
                engine.close()
        return
    from search.engines.elastic import ElasticEngine

    url = os.environ.get("SEARCH_URL", "")
    if not url:
        raise CommandError("set SEARCH_URL to the Elasticsearch server to measure")
    elastic = ElasticEngine(url, f"eval-{uuid.uuid4().hex[:8]}", analyzer)
    try:
        yield elastic
    finally:
        elastic.drop()
