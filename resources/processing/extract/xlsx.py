"""Text of a workbook by sheet, read row by row. Runs in the sandbox."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from resources.processing.errors import CannotRead
from resources.processing.extract.limits import MAX_PAGE_TEXT
from resources.processing.outcome_codes import OutcomeCode

MAX_COLUMNS = 200
MAX_EMPTY_ROWS = 5000
"""A single format a million rows down makes a sheet look endless."""


def read(path: Path) -> tuple[str, Iterator[dict[str, Any]]]:
    warnings.simplefilter("ignore")
    try:
        # data_only: the values as last calculated; formulas are never evaluated.
        # An open file, because openpyxl checks the extension of paths.
        book = openpyxl.load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise CannotRead(OutcomeCode.DAMAGED) from error
    return book.properties.title or "", _sheets(book)


def _sheets(book: openpyxl.Workbook) -> Iterator[dict[str, Any]]:
    for sheet in book.worksheets:
        yield {"label": sheet.title, "text": "\n".join(_rows(sheet))}


def _rows(sheet: Any) -> Iterator[str]:
    length, empty = 0, 0
    for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
        line = "\t".join(filter(None, map(_shown, row)))
        empty = 0 if line else empty + 1
        if length > MAX_PAGE_TEXT or empty > MAX_EMPTY_ROWS:
            return
        if line:
            length += len(line)
            yield line


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())
