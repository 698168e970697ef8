"""ZIP archives without timestamps: the same content makes the same bytes, so a second load stores nothing new.

Office files are ZIP archives, and so are the workbooks embedded in their charts.
"""

from __future__ import annotations

import io
import re
import zipfile

EPOCH = (2026, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")


def reproducible_archive(data: bytes) -> bytes:
    """The archive with every timestamp set to ``EPOCH``, also in nested archives."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith((".xlsx", ".docx", ".pptx")):
                content = reproducible_archive(content)
            elif entry.filename == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>2026-01-01T00:00:00Z\g<2>", content)
            write_entry(new, entry.filename, content)
    return result.getvalue()


def write_entry(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, date_time=EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    archive.writestr(info, content, compresslevel=6)
