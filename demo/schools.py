"""The three founding schools, by name only, and four invented schools marked 演示."""

from __future__ import annotations

from members.models import School

FOUNDING = (
    ("ouchn-education", "国家开放大学教育学院", School.Kind.UNIVERSITY),
    ("nbhealth", "宁波卫生职业技术学院", School.Kind.COLLEGE),
    ("ecnu-preschool", "华东师范大学学前教育系", School.Kind.UNIVERSITY),
)
DEMO = (
    (
        "linxi",
        "临溪职业学院（演示）",
        School.Kind.COLLEGE,
        "虚构院校，为演示而设。这里的课件围绕一日生活照护与安全防护，由虚构的生活照护教研组编写。",
    ),
    (
        "nantang",
        "南塘师范学院（演示）",
        School.Kind.UNIVERSITY,
        "虚构院校，为演示而设。资源侧重婴幼儿发展、回应性照护与早期学习。",
    ),
    (
        "qingshan",
        "青杉卫生学校（演示）",
        School.Kind.SECONDARY,
        "虚构院校，为演示而设。资源侧重营养、睡眠、生长监测与传染病预防。",
    ),
    (
        "xiaoman",
        "小满托育中心（演示）",
        School.Kind.INSTITUTION,
        "虚构机构，为演示而设。提供一线的沟通材料与管理表单；没有另设审核人，初审由联盟编辑代行。",
    ),
)


def ensure() -> dict[str, School]:
    """Create missing schools; return all by slug. Existing rows stay as an administrator edited them."""
    made = {}
    for slug, name, kind in FOUNDING:
        made[slug] = School.objects.get_or_create(slug=slug, defaults={"name": name, "kind": kind, "founding": True})[0]
    for slug, name, kind, introduction in DEMO:
        defaults = {"name": name, "kind": kind, "introduction": introduction, "demo": True}
        made[slug] = School.objects.get_or_create(slug=slug, defaults=defaults)[0]
    return made
