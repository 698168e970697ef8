"""Extract the text of demo files before the worker renders images, so that search finds them at once.

Word documents wait for the worker, because only LibreOffice knows their pages.
"""

from __future__ import annotations

from resources.models import FileBlob, FilePreview
from resources.pipeline import page_store, workdir
from resources.pipeline.preview import EXTRACT
from resources.processing import sandbox
from resources.processing.extract import RESULT
from resources.storage import get_store

EXTRACTORS = {"pptx": "pptx", "pdf": "pdf", "xlsx": "xlsx"}


def store_text(blob: FileBlob) -> bool:
    """Store the text of a verified file that waits for its preview. False if there is none to store."""
    extractor = EXTRACTORS.get(blob.extension)
    waiting = FilePreview.objects.filter(blob=blob, state=FilePreview.State.WAITING)
    if extractor is None or not waiting.exists() or blob.pages.exists():
        return False
    name = f"source.{blob.extension}"
    with workdir.work_folder(blob.pk) as folder:
        get_store().fetch(str(blob.key), folder / name)
        outcome = sandbox.run(
            "extract",
            {"name": name, "extractor": extractor},
            folder=folder,
            limits=EXTRACT,
            report=lambda _answer: None,
        )
        found = page_store.read_pages(folder / RESULT) if outcome.ended is sandbox.Ended.WELL else []
        if found:
            page_store.store_pages(blob, found, title="")
    return bool(found)
