"""Memory, and seconds to send, verify and download files of 5 MB to 5 GB.

The local file is sparse, though every megabyte differs; the store's copy is whole and deleted afterwards.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.report import Table, publish
from benchmarks.upload import s3_environment, site
from tests.journeys.large_files import sparse_file, there_and_back

SIZES = (5, 500, 5000)
PROCESSES = ("web", "files", "jobs")
DROP = """
from resources.models import FileBlob
from resources.storage import get_store
get_store().delete([blob.key for blob in FileBlob.objects.exclude(key=None)])
"""


def main(largest: int = SIZES[-1]) -> None:
    """``largest`` in MB; needs twice as much disk."""
    rows: list[list[object]] = []
    sizes = [size for size in SIZES if size < largest] + [largest]
    for store, extra in (("S3", s3_environment()), ("local folder", {})):
        with (
            tempfile.TemporaryDirectory(prefix="benchmark-large-") as name,
            site(Path(name) / "site", extra, *PROCESSES) as (made, teacher),
        ):
            for size in sizes:
                path = sparse_file(Path(name), size)
                course = there_and_back(made, teacher, path, patience=1800)
                rows.append(
                    [
                        store,
                        f"{size:,} MB",
                        made.peak("web"),
                        made.peak("files"),
                        f"{course.upload:.1f}",
                        f"{course.check:.1f}",
                        f"{course.download:.1f}",
                    ]
                )
                made.python(DROP)
                path.unlink()
    publish(
        Table(
            name="upload-large",
            title="A file of any size in flat memory",
            note=(
                "Peak resident MB of the largest web process and of the worker that checks the file, ever since they"
                " started, after files of growing size; then seconds to send it (three parts at a time), to check it"
                " (size, SHA-256, type by content) and to take it again, compared byte for byte. On S3 the bytes pass"
                " neither web process."
            ),
            columns=("store", "file", "web MB", "worker MB", "sent s", "checked s", "taken s"),
            rows=rows,
        )
    )


if __name__ == "__main__":
    main()
