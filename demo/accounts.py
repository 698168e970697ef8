"""Demo accounts and their common password. Printed by `make run`; never created in production."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "yanshi2026"  # noqa: S105 - meant to be known; load_demo refuses to run outside the demo


@dataclass(frozen=True, slots=True)
class Account:
    """``role`` at ``school`` (a slug), or of the alliance; ``what`` says it in Chinese."""

    email: str
    family_name: str
    given_name: str
    role: str
    school: str
    what: str


ACCOUNTS: tuple[Account, ...] = (
    Account("teacher@demo.example", "周", "青禾", "teacher", "linxi", "教师，临溪职业学院（演示）"),
    Account("reviewer@demo.example", "沈", "一川", "reviewer", "linxi", "院校审核人，临溪职业学院（演示）"),
    Account("manager@demo.example", "顾", "南星", "manager", "linxi", "院校管理员，临溪职业学院（演示）"),
    Account("teacher2@demo.example", "林", "知夏", "teacher", "nantang", "教师，南塘师范学院（演示）"),
    Account("reviewer2@demo.example", "陆", "望舒", "reviewer", "nantang", "院校审核人，南塘师范学院（演示）"),
    Account("manager2@demo.example", "叶", "秋白", "manager", "nantang", "院校管理员，南塘师范学院（演示）"),
    Account("teacher3@demo.example", "江", "小满", "teacher", "qingshan", "教师，青杉卫生学校（演示）"),
    Account("reviewer3@demo.example", "何", "采薇", "reviewer", "qingshan", "院校审核人，青杉卫生学校（演示）"),
    Account("teacher4@demo.example", "宋", "云舟", "teacher", "xiaoman", "教师，小满托育中心（演示）"),
    Account("editor@demo.example", "程", "见山", "editor", "", "联盟编辑，可进 CMS"),
    Account("admin@demo.example", "白", "若谷", "administrator", "", "系统管理员，可进 CMS"),
)
