"""`manage.py search_eval`: reads a folder, measures, compares."""

import gzip
import io
import json

import pytest
from django.core.management import CommandError, call_command

from benchmarks.relevance import Run, Scores, compare, score


@pytest.fixture
def collection(tmp_path):
    documents = [
        {"id": "a", "title": "晨检流程", "text": "先测体温，再看口腔。"},
        {"id": "b", "title": "辅食添加", "text": "從米粉開始。"},
        {"id": "c", "title": "睡眠", "text": "夜醒怎么办。"},
    ]
    with gzip.open(tmp_path / "docs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in documents)
    questions = [
        {"id": "1", "text": "测体温"},
        {"id": "2", "text": "米粉"},
        {"id": "3", "text": "量子"},
        {"id": "4", "text": "?"},
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("1\t0\ta\t1\n2\t0\tb\t2\n3\t0\tc\t1\n", encoding="utf-8")
    return tmp_path


def evaluate(*arguments, **options):
    out = io.StringIO()
    call_command("search_eval", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def test_it_prints_one_object_a_line_over_the_judged_queries(collection):
    (line,) = evaluate(collection, json=True).splitlines()
    row = json.loads(line)
    assert row == {
        "engine": "embedded",
        "queries": f"{collection.name}/queries",
        "n": 3,
        "MRR10": 0.6667,
        "nDCG10": 0.6667,
        "Recall10": 0.6667,
    }


def test_a_run_is_compared_with_a_saved_one_query_by_query(collection):
    kept = collection / "run.json"
    evaluate(collection, save=kept)
    row = json.loads(evaluate(collection, compare=kept, json=True))
    assert row["difference"] == {"nDCG10": 0.0, "low": 0.0, "high": 0.0, "better": 0, "worse": 0, "n": 3}


def test_a_folder_that_is_no_collection_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match=r"no docs\.jsonl"):
        evaluate(tmp_path)


def test_gains_are_graded_and_an_empty_answer_counts_nothing():
    assert score([], {"a": 1}) == Scores(0.0, 0.0, 0.0)
    assert score(["x", "a"], {"a": 1, "b": 0}).mrr == 0.5
    assert score(["b", "a"], {"a": 2, "b": 1}).ndcg == pytest.approx((1 + 3 / 1.58496) / (3 + 1 / 1.58496), abs=1e-4)


def test_a_difference_has_an_interval_around_its_mean():
    ours = Run("e", "q", {str(n): Scores(1.0, 1.0, 1.0) for n in range(10)})
    difference = compare(ours, {str(n): n / 10 for n in range(10)})
    assert difference is not None
    assert difference.low < difference.mean < difference.high
    assert (difference.better, difference.worse, difference.n) == (10, 0, 10)
