"""What a result shows of a page: without running lines, cells apart, and a sheet's first rows instead of a grey plate."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import BlobFactory, PageFactory, ResourceFactory

pytestmark = pytest.mark.django_db


def results(client, text: str):
    return client.get(reverse("search"), {"q": text}).context["answer"].results


def test_a_snippet_leaves_out_what_every_page_repeats(client, bring_index_up_to_date):
    texts = ["揉搓手心", "揉搓手背", "七步洗手的口诀\n内外夹弓大立腕", "冲净泡沫", "擦干双手"]
    foot = [f"{text}\n临溪职业学院教学资料 {number}" for number, text in enumerate(texts, 1)]
    ResourceFactory(live=True, title="晨间照护", keywords=[], description="", files=[foot])
    bring_index_up_to_date()
    (result,) = results(client, "洗手口诀")
    assert "内外夹弓" in result.lead.snippet
    assert "临溪" not in result.lead.snippet


def test_words_that_stand_only_in_the_running_line_are_still_shown(client, bring_index_up_to_date):
    pages = [f"第{number}步\n临溪职业学院教学资料" for number in "一二三四"]
    ResourceFactory(live=True, title="晨间照护", keywords=[], description="", files=[pages])
    bring_index_up_to_date()
    (result,) = results(client, "教学资料")
    assert "<mark>" in result.lead.snippet


def test_a_sheet_without_an_image_is_drawn_by_its_first_rows(client, bring_index_up_to_date):
    blob = BlobFactory(kind="sheet", extension="xlsx", pages=[])
    PageFactory(blob=blob, number=1, label="简答", text="题号\t题目\t评分\n1\t说出洗手的时机\t每点 2 分", widths=[])
    ResourceFactory(live=True, title="题库", keywords=[], description="", files=[blob])
    bring_index_up_to_date()
    response = client.get(reverse("search"), {"q": "洗手"})
    (result,) = response.context["answer"].results
    assert result.lead.rows == (("题号", "题目", "评分"), ("1", "说出洗手的时机", "每点 2 分"))
    assert "说出<mark>洗手</mark>的时机　每点 2 分" in result.lead.snippet
    page = response.content.decode()
    assert '<span class="plate__cell">题目</span>' in page
    (by_title,) = client.get(reverse("search"), {"q": "题库"}).context["answer"].results
    assert (by_title.lead, by_title.rows[0]) == (None, ("题号", "题目", "评分"))


def test_the_rows_drawn_of_a_sheet_have_the_same_columns(client, bring_index_up_to_date):
    blob = BlobFactory(kind="sheet", extension="xlsx", pages=[])
    PageFactory(blob=blob, number=1, label="评分", text="步骤\t分值\t得分\n洗手\t10", widths=[])
    ResourceFactory(live=True, title="考核表", keywords=[], description="", files=[blob])
    bring_index_up_to_date()
    (result,) = results(client, "洗手")
    assert result.lead.rows == (("步骤", "分值", "得分"), ("洗手", "10", ""))
