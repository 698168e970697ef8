"""The words of a file at once, its pictures later: search finds the demo before the worker has drawn anything.

Files whose pages only LibreOffice knows (Word documents) wait for the worker.
"""

from __future__ import annotations

from resources.models import FileBlob, FilePreview
from resources.processing import sandbox
from resources.processing.extract import RESULT
from resources.services import pages, workbench
from resources.services.processing import EXTRACT
from resources.storage import get_store

READERS = {"pptx": "pptx", "pdf": "pdf", "xlsx": "xlsx"}


def read(blob: FileBlob) -> bool:
    """Store the text of a verified file that still waits for its preview. False when there is nothing to read yet."""
    how = READERS.get(blob.extension)
    waiting = FilePreview.objects.filter(blob=blob, state=FilePreview.State.WAITING)
    if how is None or not waiting.exists() or blob.pages.exists():
        return False
    name = f"source.{blob.extension}"
    with workbench.folder_for(blob.pk) as folder:
        get_store().fetch(str(blob.key), folder / name)
        outcome = sandbox.run(
            "extract", {"name": name, "how": how}, folder=folder, limits=EXTRACT, report=lambda _answer: None
        )
        found = pages.pages_in(folder / RESULT) if outcome.ended is sandbox.Ended.WELL else []
        if found:
            pages.store(blob, found, title="")
    return bool(found)
