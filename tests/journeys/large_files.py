"""A large sparse file, uploaded, checked and downloaded without holding it in memory."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from tests.journeys import http_steps
from tests.journeys.client import Client
from tests.journeys.site import Site, until
from tests.journeys.upload_client import send

MEGABYTE = 1024 * 1024

FILE = """
from resources.models import FileBlob, RevisionFile
answer = str(RevisionFile.objects.filter(blob__uid={uid!r}).latest("pk").uid)
"""


@dataclass(frozen=True)
class Course:
    """Seconds of each leg."""

    upload: float
    check: float
    download: float


def sparse_file(folder: Path, megabytes: int) -> Path:
    """A file in which every megabyte differs but hardly any takes room on this disk."""
    path = folder / f"{megabytes}.bin"
    with path.open("wb") as file:
        for number in range(megabytes):
            file.seek(number * MEGABYTE)
            file.write(b"%08d" % number)
        file.truncate(megabytes * MEGABYTE)
    return path


def there_and_back(site: Site, teacher: Client, path: Path, *, patience: float) -> Course:
    """Upload, wait for the check, download. What comes back is what was sent, or this fails."""
    begun = time.monotonic()
    done = send(teacher, path)
    sent = time.monotonic()

    def state() -> str:
        return str(teacher.api("GET", f"uploads/{done['uid']}")["blob"]["state"])

    until(lambda: state() != "received", seconds=patience, what=f"{path.name} is checked\n{site.logs()}", every=0.2)
    checked = time.monotonic()
    assert state() == "verified"
    pk = http_steps.begin_draft(teacher, title=path.name, blob_uid=done["blob"]["uid"])
    file = site.python(FILE.format(uid=done["blob"]["uid"]))
    asked = time.monotonic()
    seen = hashlib.sha256()
    with teacher.session.get(f"{site.url}/r/{pk}/files/{file}/", stream=True, timeout=60) as answer:
        assert answer.ok, answer.text[:300]
        for chunk in answer.iter_content(MEGABYTE):
            seen.update(chunk)
    taken = time.monotonic()
    with path.open("rb") as file_there:
        assert seen.hexdigest() == hashlib.file_digest(file_there, "sha256").hexdigest()
    return Course(upload=sent - begun, check=checked - sent, download=taken - asked)
