"""Judged documents as pages of resources."""

from __future__ import annotations

from tests.relevance.grouped import group

DOCUMENTS = (
    {"id": "law-托育条例", "title": "托育条例", "text": "第一条 为了托育。"},
    {"id": "art-1", "title": "托育条例 第一条", "text": "为了托育。"},
    {"id": "art-2", "title": "托育条例 第二十条", "text": "罚则。"},
    {"id": "demo-洗手-0", "title": "洗手", "text": "洗手的步骤"},
    {"id": "demo-洗手.pptx-1", "title": "洗手", "text": "第一步"},
    {"id": "csl-1", "title": "托育条例", "text": "一篇论文"},
)


def test_articles_and_slides_become_pages_of_one_resource() -> None:
    found = group(DOCUMENTS)
    assert [each.title for each in found.resources] == ["托育条例", "洗手", "托育条例"]
    law, deck, paper = found.resources
    assert [(page.label, page.text) for page in law.pages] == [("第一条", "为了托育。"), ("第二十条", "罚则。")]
    assert [page.text for page in deck.pages] == ["第一步"]
    assert deck.description == "洗手的步骤"
    assert [page.text for page in paper.pages] == ["一篇论文"]


def test_a_resource_has_the_best_grade_of_its_pages() -> None:
    judged = {"q": {"art-1": 1, "art-2": 3, "demo-洗手-0": 2, "csl-1": 0}}
    assert group(DOCUMENTS).judgments(judged) == {"q": {"0": 3, "1": 2, "2": 0}}
