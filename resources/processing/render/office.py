"""Convert office files to PDF, and old workbooks to .xlsx, with LibreOffice. Runs in the sandbox.

Every file gets its own process with a fresh profile, which forbids macros, links and other active content.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from resources.processing.outcome_codes import OutcomeCode
from resources.processing.render.first_slides import write_first_slides

PROGRAM = "soffice"
NEAR_LIMIT = 0.9
PDF_OPTIONS = (
    '{"ExportHiddenSlides":{"type":"boolean","value":"true"},"SkipEmptyPages":{"type":"boolean","value":"false"},'
    '"ExportBookmarks":{"type":"boolean","value":"false"},"UseTaggedPDF":{"type":"boolean","value":"false"},'
    '"ReduceImageResolution":{"type":"boolean","value":"true"},"MaxImageResolution":{"type":"long","value":"150"}}'
)
FILTERS = {
    # With hidden slides, so that page numbers are slide numbers.
    "slides": ("pdf", f"pdf:impress_pdf_Export:{PDF_OPTIONS}"),
    "document": ("pdf", "pdf:writer_pdf_Export"),
    "sheet": ("xlsx", "xlsx:Calc MS Excel 2007 XML"),
}
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisablePythonRuntime", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Java", "Enable", "false"),
)


def available() -> bool:
    """Whether LibreOffice is installed. Runs outside the sandbox, which sees the same programs."""
    return shutil.which(PROGRAM, path="/usr/local/bin:/usr/bin:/bin") is not None


def convert(name: str, kind: str, first: int = 0) -> dict[str, Any]:
    """Convert into the folder ``converted``; returns ``{"made": path of the result or "", "reason"}``.

    ``first``: convert only so many slides of a presentation, as ``first.pdf``. ``reason``: the OutcomeCode where the
    program used up its processor time or memory, or empty.
    """
    if first:
        whole, name = name, "first.pptx"
        if not write_first_slides(Path(whole), Path(name), first):
            return {"made": "", "reason": ""}
    profile = Path("profile").resolve()
    _write_profile(profile)
    out = Path("converted")
    extension, target = FILTERS[kind]
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
    subprocess.run(
        [
            PROGRAM,
            f"-env:UserInstallation={profile.as_uri()}",
            *options,
            "--convert-to",
            target,
            "--outdir",
            str(out),
            name,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    made = out / f"{Path(name).stem}.{extension}"
    if made.is_file() and not made.is_symlink():
        return {"made": str(made), "reason": ""}
    return {"made": "", "reason": _exhausted()}


def _exhausted() -> str:
    """Which limit the finished programs came close to, as an OutcomeCode, or empty."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, _hard = resource.getrlimit(resource.RLIMIT_CPU)
    memory, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if seconds > 0 and used.ru_utime + used.ru_stime >= NEAR_LIMIT * seconds:
        return OutcomeCode.TIMED_OUT
    if memory > 0 and used.ru_maxrss * 1024 >= NEAR_LIMIT * memory:
        return OutcomeCode.TOO_DEMANDING
    return ""


def _write_profile(folder: Path) -> None:
    (folder / "user").mkdir(parents=True)
    items = "".join(
        f'<item oor:path={quoteattr(path)}><prop oor:name={quoteattr(name)} oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
