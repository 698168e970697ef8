"""The terms that the library is seeded with. Afterwards editors own labels, order and retirement.

Codes are stable and defined here. Official programme codes are from the ministry's catalogue; unknown ones are empty, for
an administrator to fill in. Care domains: Nurturing Care Framework (WHO, 2018). Age bands 7-12, 13-24 and 25-36:
托育机构保育指导大纲(试行), 2021; 0-6 is an extension.
"""

from __future__ import annotations

from typing import Any

from resources.models.taxonomy import (
    AgeBand,
    Audience,
    CareDomain,
    CourseUnit,
    Granularity,
    Level,
    Licence,
    Programme,
    ResourceType,
    VocabularyTerm,
)

RESOURCE_TYPES = [
    ("courseware", "课件", "Courseware"),
    ("lesson-plan", "教案", "Lesson plan"),
    ("micro-video", "微课视频", "Micro video"),
    ("animation", "动画", "Animation"),
    ("virtual-sim", "虚拟仿真", "Virtual simulation"),
    ("question-bank", "题库", "Question bank"),
    ("case", "案例", "Case"),
    ("training-guide", "实训指导", "Training guide"),
    ("standard", "标准", "Standard"),
    ("policy", "政策", "Policy"),
    ("paper", "论文", "Paper"),
    ("report", "报告", "Report"),
    ("textbook", "教材", "Textbook"),
]
GRANULARITIES = [
    ("material", "素材", "Material"),
    ("knowledge-point", "积件（知识点）", "Knowledge point"),
    ("unit", "微课/单元", "Unit"),
    ("course", "课程", "Course"),
    ("package", "资源包/专题", "Package"),
]
LEVELS = [
    ("secondary", "中职", "Secondary vocational"),
    ("college", "高职专科", "Vocational college"),
    ("vocational-bachelor", "职业本科", "Vocational bachelor"),
    ("bachelor", "本科", "Bachelor"),
    ("training", "培训", "Training"),
]
PROGRAMMES: list[tuple[str, str, str, dict[str, Any]]] = [
    (
        "infant-care-secondary",
        "婴幼儿托育",
        "Infant and toddler care",
        {"official_code": "720803", "level": "secondary"},
    ),
    (
        "infant-care-college",
        "婴幼儿托育服务与管理",
        "Infant and toddler care services and management",
        {"official_code": "520802", "level": "college"},
    ),
    ("preschool-college", "学前教育", "Preschool education", {"official_code": "570102K", "level": "college"}),
    ("preschool-bachelor", "学前教育", "Preschool education", {"official_code": "040106", "level": "bachelor"}),
    ("early-education-college", "早期教育", "Early education", {"level": "college"}),
    ("child-care-secondary", "幼儿保育", "Child care", {"level": "secondary"}),
    (
        "infant-development-bachelor",
        "婴幼儿发展与健康管理",
        "Infant development and health management",
        {"level": "bachelor"},
    ),
]
AUDIENCES = [
    ("students", "学生", "Students"),
    ("teachers", "教师", "Teachers"),
    ("practitioners", "托育机构从业者", "Childcare practitioners"),
    ("managers", "管理者", "Managers"),
    ("parents", "家长", "Parents"),
    ("researchers", "教研与科研", "Researchers"),
]
AGE_BANDS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("m0-6", "0～6 月", "0–6 months", {"min_months": 0, "max_months": 6}),
    ("m7-12", "7～12 月", "7–12 months", {"min_months": 7, "max_months": 12}),
    ("m13-24", "13～24 月", "13–24 months", {"min_months": 13, "max_months": 24}),
    ("m25-36", "25～36 月", "25–36 months", {"min_months": 25, "max_months": 36}),
    ("all-ages", "全龄段", "All ages", {"min_months": 0, "max_months": 36}),
    ("no-age", "不涉及", "Not about an age", {}),
]
CARE_DOMAINS = [
    ("health", "身心健康", "Good health"),
    ("nutrition", "营养喂养", "Adequate nutrition"),
    ("safety", "保障安全", "Safety and security"),
    ("learning", "早期学习", "Opportunities for early learning"),
    ("responsive", "回应照护", "Responsive caregiving"),
]
_CC = "https://creativecommons.org/licenses/{}/4.0/"
LICENCES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("alliance", "联盟内教学使用", "Teaching inside the alliance", {"download": "alliance", "adapt": True}),
    ("school", "本校使用", "Use inside the school", {"download": "school", "adapt": True}),
    ("authorized", "授权下载", "Download by members, no changes", {"download": "alliance"}),
    ("view-only", "版权所有，仅预览", "All rights reserved, view only", {"download": "nobody"}),
    ("cc-by", "CC BY 4.0", "CC BY 4.0", {"download": "anyone", "adapt": True, "url": _CC.format("by")}),
    ("cc-by-sa", "CC BY-SA 4.0", "CC BY-SA 4.0", {"download": "anyone", "adapt": True, "url": _CC.format("by-sa")}),
    ("cc-by-nc", "CC BY-NC 4.0", "CC BY-NC 4.0", {"download": "anyone", "adapt": True, "url": _CC.format("by-nc")}),
    (
        "cc-by-nc-sa",
        "CC BY-NC-SA 4.0",
        "CC BY-NC-SA 4.0",
        {"download": "anyone", "adapt": True, "url": _CC.format("by-nc-sa")},
    ),
    (
        "public-domain",
        "公有领域或政府文件",
        "Public domain or government document",
        {"download": "anyone", "adapt": True},
    ),
]
COURSES = [
    ("life-care", "婴幼儿生活照护", "Daily care of infants and toddlers"),
    ("nutrition-feeding", "婴幼儿营养与喂养", "Infant nutrition and feeding"),
    ("development", "婴幼儿心理发展", "Infant development"),
    ("health-care", "婴幼儿卫生与保健", "Infant health care"),
    ("safety-protection", "婴幼儿安全照护与防护", "Infant safety"),
    ("responsive-care", "婴幼儿回应性照护", "Responsive caregiving"),
    ("early-learning", "婴幼儿早期学习支持", "Supporting early learning"),
    ("observation", "婴幼儿行为观察与指导", "Observing and guiding behaviour"),
    ("institution-management", "托育机构组织管理", "Managing a childcare centre"),
    ("family-guidance", "家庭照护指导", "Guiding families"),
]


def seed() -> None:
    """Add missing terms, by code. Existing terms stay as they are: labels belong to the editors."""
    _add_missing(ResourceType, RESOURCE_TYPES)
    _add_missing(Granularity, GRANULARITIES)
    _add_missing(Level, LEVELS)
    _add_missing(Programme, PROGRAMMES)
    _add_missing(Audience, AUDIENCES)
    _add_missing(AgeBand, AGE_BANDS)
    _add_missing(CareDomain, CARE_DOMAINS)
    _add_missing(Licence, LICENCES)
    _add_missing(CourseUnit, [(*course, {"kind": CourseUnit.Kind.COURSE}) for course in COURSES])


def _add_missing(model: type[VocabularyTerm], rows: Any) -> None:
    for position, (code, zh, en, *rest) in enumerate(rows):
        fields = dict(rest[0]) if rest else {}
        if level := fields.pop("level", None):
            fields["level"] = Level.objects.get(code=level)
        defaults = {"label_zh": zh, "label_en": en, "position": position, **fields}
        model.objects.get_or_create(code=code, defaults=defaults)
