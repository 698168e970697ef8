"""The title that the names of files suggest."""

from __future__ import annotations

import pytest

from resources.pipeline.proposed_titles import propose_title


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (["IMG_2031.jpg", "流程.pdf", "洗手课件-最新终稿（2）.pptx", "评分表.xlsx"], "洗手课件"),
        (["洗手流程图.png", "微信图片_20240512093011.jpg", "教案 最终版.docx"], "教案"),
        (["示范课.mp4", "评分表（修改稿）.xlsx"], "评分表（修改稿）"),
        (["新建 Microsoft PowerPoint 演示文稿 (2).pptx", "洗手流程图.png"], "洗手流程图"),
        (["IMG_2031.jpg"], "IMG_2031"),
        (["晨检 - 副本 (3).docx"], "晨检"),
        (["晨检20240512定稿.docx"], "晨检"),
        (["Handwashing final v2.pptx"], "Handwashing"),
        (["第2版教材.pdf"], "第2版教材"),
        (["0-3岁发展.pptx"], "0-3岁发展"),
        (["最新.pptx"], "最新"),
        (["包.zip", "图.jpg"], "图"),
        ([], ""),
    ],
)
def test_the_deck_names_the_resource_without_its_endings(names: list[str], title: str) -> None:
    assert propose_title(names) == title
