"""Lines and spreadsheet rows of people to invite: read them, and say of each what will happen.

One validator for a pasted list and for a spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from common.errors import UserError
from common.text import one_line
from members import policies
from members.models import Invitation, Membership, School, User
from members.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ROWS = 500
LONGEST_ADDRESS = 254
COLUMNS = {
    "name": ("姓名", "name"),
    "email": ("邮箱", "e-mail", "email"),
    "role": ("角色", "role"),
}
"""Headings of the spreadsheet. The template uses the first of each."""
ROLE_WORDS = {"教师": Role.TEACHER, "审核人": Role.REVIEWER, "院校管理员": Role.MANAGER, "管理员": Role.MANAGER} | {
    role.value: role for role in Role
}


class NotATable(UserError):
    code = "no_columns"
    message = _("The first row needs the headings of the template: at least 邮箱.")


class TooManyRows(UserError):
    code = "too_many_rows"
    message = _("At most 500 people at a time. Divide the list.")


@dataclass(frozen=True, slots=True)
class Row:
    """``number``: of the line or spreadsheet row. ``role``: as it was written; empty for the usual one."""

    number: int
    email: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class RowReport:
    """``problem``: why this address is not invited; ``note``: what else will happen.

    ``role``: a value of Role, or what was written if there is no such role.
    """

    number: int
    email: str
    name: str
    role: str
    problem: StrOrPromise = ""
    note: StrOrPromise = ""

    @property
    def can_be_invited(self) -> bool:
        return not self.problem

    @property
    def role_label(self) -> StrOrPromise:
        return Role(self.role).label if self.role in Role.values else self.role

    @property
    def line(self) -> str:
        """The row as a line that ``rows_of_text`` reads back."""
        return f"{self.email}\t{self.name}\t{self.role}"


def rows_of_text(text: str) -> list[Row]:
    """One row a line: the address, then the name and perhaps the role."""
    rows = [_row_of_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return _limited(rows)


def rows_of_table(table: Sequence[tuple[int, Sequence[str]]]) -> list[Row]:
    """The rows below the first, which has the headings in any order. Raises NotATable, TooManyRows."""
    if not table:
        raise NotATable
    places = {
        name: place
        for place, heading in enumerate(table[0][1])
        for name, words in COLUMNS.items()
        if heading.strip().lower() in words
    }
    if "email" not in places:
        raise NotATable
    rows = []
    for number, cells in table[1:]:
        values = {name: one_line(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if any(values.values()):
            rows.append(Row(number, values["email"], values.get("name", ""), values.get("role", "")))
    return _limited(rows)


def report_on(rows: Iterable[Row], *, who: User, school: School, usual_role: str) -> list[RowReport]:
    """What will happen with each row. Says nothing of accounts at other schools."""
    rows = list(rows)
    emails = {row.email.lower() for row in rows}
    members = dict(
        Membership.objects.filter(school=school, user__email__in=emails)
        .order_by("active")
        .values_list("user__email", "active")
    )
    invited = set(
        Invitation.objects.unfinished().filter(school=school, email__in=emails).values_list("email", flat=True)
    )
    grantable = policies.grantable_roles(who, school.pk)
    seen: set[str] = set()
    reports = []
    for row in rows:
        email = row.email.lower()
        role = ROLE_WORDS.get(row.role.strip().lower(), row.role) if row.role.strip() else usual_role
        problem = _problem(row, role, grantable, members, seen)
        note = _("was invited before; the earlier link ends") if not problem and email in invited else ""
        reports.append(RowReport(row.number, email, row.name[:100], role, problem, note))
        seen.add(email)
    return reports


def _problem(row: Row, role: str, grantable: Sequence[str], members: dict[str, bool], seen: set[str]) -> StrOrPromise:
    email = row.email.lower()
    if not email:
        return _("The e-mail address is missing.")
    try:
        validate_email(email)
    except ValidationError:
        if "," in email or "，" in email:
            return _("Not an e-mail address: the comma must be a full stop.")
        return _("Not an e-mail address.")
    if len(email) > LONGEST_ADDRESS:
        return _("Not an e-mail address.")
    if email in seen:
        return _("Stands in the list already.")
    if role not in grantable:
        return _("Unknown role. Write 教师, 审核人 or 院校管理员, or leave it empty.")
    if members.get(email) is True:
        return _("Works here already. Change the role in the list of people.")
    if members.get(email) is False:
        return _("Worked here before. Give the role back in the list of people.")
    return ""


def _row_of_line(number: int, line: str) -> Row:
    if "\t" in line:
        email, name, role = [*(one_line(part) for part in line.split("\t")), "", ""][:3]
        return Row(number, email, name, role)
    parts = line.split()
    at = next((place for place, part in enumerate(parts) if "@" in part), 0)
    email = re.sub(r"[;；,，、]+$", "", parts.pop(at).strip("<>"))
    role = parts.pop() if len(parts) > 1 and parts[-1].lower() in ROLE_WORDS else ""
    return Row(number, email, one_line(" ".join(parts)), role)


def _limited(rows: list[Row]) -> list[Row]:
    if len(rows) > MOST_ROWS:
        raise TooManyRows
    return rows
