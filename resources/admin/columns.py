"""Columns of the admin's lists."""

from __future__ import annotations

from wagtail.admin.ui.tables import BooleanColumn


class YesNoColumn(BooleanColumn):
    """Wagtail's tick or cross, which screen readers hear as a word of the user's language, not as True."""

    cell_template_name = "resources/admin/yes_no_cell.html"
