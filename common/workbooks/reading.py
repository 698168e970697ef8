"""Read the rows of a spreadsheet that a user sent: XLSX, or CSV in UTF-8 or GBK. Cells become text."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import UserError

MOST_BYTES = 5 * 1024**2
MOST_UNPACKED = 60 * 1024**2
"""Of all parts of an XLSX together: 1,000 rows of our templates take less than one megabyte."""
MOST_COLUMNS = 60
ZIP_MAGIC = b"PK\x03\x04"

Table = list[tuple[int, list[str]]]
"""Row numbers as the spreadsheet program shows them, and the text of their cells."""


class Unreadable(UserError):
    code = "unreadable_table"
    message = _("This file can't be read as a spreadsheet. Save it as .xlsx or .csv and send it again.")


class TooLarge(UserError):
    code = "table_too_large"
    message = _("This spreadsheet is too large. Delete empty rows and pictures, or divide it.")


def read_table(content: bytes, *, most_rows: int, sheet: str = "") -> Table:
    """The rows that are not empty. ``sheet``: its name, if there is one of that name; else the first.

    Raises Unreadable, TooLarge.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge
    table = _xlsx(content, most_rows, sheet) if content.startswith(ZIP_MAGIC) else _csv(content, most_rows)
    return [(number, cells) for number, cells in table if any(cells)]


def _xlsx(content: bytes, most_rows: int, sheet: str) -> Table:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise TooLarge
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        chosen = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        rows = []
        for number, row in enumerate(chosen.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            cells = [_text(value) for value in row]
            if any(cells):
                rows.append((number, cells))
            if len(rows) > most_rows + 1:
                raise TooLarge
            if number > most_rows * 20:
                break
        return rows
    except UserError:
        raise
    except Exception as error:  # openpyxl raises anything at all for damaged files
        raise Unreadable from error


def _csv(content: bytes, most_rows: int) -> Table:
    if b"\x00" in content:
        raise Unreadable
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable
    first = text.partition("\n")[0]
    separator = max(",\t;", key=first.count)
    rows: Table = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
            rows.append((number, [cell.strip() for cell in cells[:MOST_COLUMNS]]))
            if len(rows) > most_rows + 1:
                raise TooLarge
    except csv.Error as error:
        raise Unreadable from error
    return rows


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not (value.hour or value.minute or value.second) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()
