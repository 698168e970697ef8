"""小满托育中心（演示）: talking with families, managing a centre.

It has no reviewer, so the alliance's editors review first.
"""

from __future__ import annotations

import io
import zipfile

from demo import NOTICE
from demo.catalogue.item import DemoFile, Item, Target
from demo.content import documents
from demo.content.decks import family_talk
from demo.formats.reproducible import write_entry

TEACHER = "teacher4@demo.example"


def forms_package() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        write_entry(archive, "一日生活安排表.docx", documents.day_plan_form().data())
        write_entry(archive, "班次交接单.docx", documents.handover_form().data())
        write_entry(archive, "读我.txt", f"{NOTICE}\n\n两份模板，按本园制度修改后使用。\n".encode())
    return target.getvalue()


ITEMS = (
    Item(
        title="托育机构一日管理表单包",
        school="xiaoman",
        author=TEACHER,
        kind="training-guide",
        domains=("safety", "health"),
        ages=("no-age",),
        description="一日生活安排表与班次交接单两份模板，打包下载，本园使用。",
        keywords=("托育机构管理", "交接", "一日生活", "表单"),
        creators="小满托育中心（演示）园务组",
        files=(DemoFile("一日管理表单包.zip", forms_package),),
        course="institution-management",
        licence="school",
        visibility="school",
        levels=("training",),
        audiences=("managers", "practitioners"),
        granularity="package",
    ),
    Item(
        title="家园沟通：一次谈话怎么准备",
        school="xiaoman",
        author=TEACHER,
        kind="courseware",
        domains=("responsive",),
        ages=("all-ages",),
        description="新教师培训用：有画面的回答、谈话的一页纸和五步、被咬与发育担心怎么开口、群里说什么不说什么。",
        keywords=("家园沟通", "家长", "谈话", "新教师"),
        creators="小满托育中心（演示）园务组",
        files=(DemoFile("家园沟通.pptx", lambda: family_talk.deck().data()),),
        course="family-guidance",
        licence="cc-by",
        levels=("training", "college"),
        audiences=("practitioners", "teachers", "managers"),
        target=Target.ALLIANCE_REVIEW,
    ),
)
