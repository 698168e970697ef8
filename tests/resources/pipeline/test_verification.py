"""From received to verified, refused or duplicate."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from resources.models import FileBlob, FilePreview
from resources.pipeline import verification, workdir
from resources.processing import antivirus, sandbox
from resources.storage import ObjectMissing, StoreUnavailable, get_store
from resources.tasks import verify_blob
from tests.factories import BlobFactory, SchoolFactory, run_jobs
from tests.resources.processing import made_files

pytestmark = pytest.mark.django_db

DECK = made_files.simple_deck("洗手")


def received(content: bytes = DECK, name: str = "洗手.pptx", **fields: Any) -> FileBlob:
    blob = BlobFactory(
        received=True, declared_name=name, extension=name.rpartition(".")[2], content=content, kind="", **fields
    )
    FilePreview.objects.create(blob=blob)
    return blob


def verified(content: bytes = DECK, name: str = "洗手.pptx", **fields: Any) -> FileBlob:
    blob = received(content, name, **fields)
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    return blob


def test_a_good_file_is_verified_with_its_hash_and_what_it_is() -> None:
    blob = verified()
    assert blob.state == "verified"
    assert blob.sha256 == hashlib.sha256(DECK).hexdigest()
    assert blob.verified_at is not None
    assert (blob.kind, blob.media_type) == (
        "slides",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    )


def test_its_processing_is_enqueued_with_the_verification() -> None:
    blob = received()
    verify_blob.enqueue(blob.pk)
    assert run_jobs(only="verify_blob") == 1
    assert run_jobs(only="process_blob") == 1


def test_a_size_that_differs_from_the_declared_one_is_refused() -> None:
    blob = received()
    FileBlob.objects.filter(pk=blob.pk).update(size=blob.size + 1)
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert (blob.state, blob.reason) == ("rejected", "wrong_size")


def test_a_file_whose_bytes_are_gone_is_refused() -> None:
    blob = received()
    get_store().delete([blob.key])
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert (blob.state, blob.reason) == ("rejected", "missing")


def test_an_empty_file_is_refused() -> None:
    assert verified(b"", "空.txt").reason == "empty"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"<html><script>alert(1)</script></html>", "讲义.pdf", "mislabelled"),
        (made_files.EICAR, "测试.txt", "virus"),
        (made_files.archive({"zeros": bytes(20 * 1024**2)}), "包.zip", "archive_bomb"),
        (made_files.archive({"../../etc/passwd": b"x"}), "包.zip", "archive_unsafe_names"),
    ],
)
def test_what_is_refused_says_why_and_has_no_preview(content: bytes, name: str, reason: str) -> None:
    blob = verified(content, name)
    assert (blob.state, blob.reason, blob.sha256) == ("rejected", reason, None)
    assert (blob.preview.state, blob.preview.reason) == ("none", reason)
    assert run_jobs(only="process_blob") == 0


def test_a_refused_file_gives_its_room_back() -> None:
    school = SchoolFactory(used_bytes=10_000)
    blob = verified(made_files.EICAR, "测试.txt", school=school)
    school.refresh_from_db()
    assert school.used_bytes == 10_000 - blob.size


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (made_files.archive({"a.txt": b"a" * 500})[:-30], "包.zip", "damaged"),
        (DECK[: len(DECK) // 2], "半.pptx", "damaged"),
    ],
    # A ZIP holds the time it was made: as part of the name it would differ between processes.
    ids=["zip", "deck"],
)
def test_what_can_not_be_opened_is_stored_without_a_preview(content: bytes, name: str, reason: str) -> None:
    blob = verified(content, name)
    assert blob.state == "verified"
    assert (blob.preview.state, blob.preview.reason) == ("none", reason)


def test_the_same_bytes_again_point_to_the_first_and_lose_their_own() -> None:
    first = verified()
    school = SchoolFactory(used_bytes=len(DECK))
    second = verified(name="换了名字.pptx", school=school)
    assert (second.state, second.duplicate_of, second.sha256) == ("duplicate", first, None)
    assert second.canonical == first
    assert second.key is None
    assert [info.key for info in get_store().list("objects/")] == [first.key]
    school.refresh_from_db()
    assert school.used_bytes == 0


def test_the_same_bytes_promised_to_be_something_else_stand_on_their_own() -> None:
    """A school that uploads bytes as a web page must not hide another school's text."""
    text = "<p>七步洗手</p>".encode()
    page, notes = verified(text, "a.html"), verified(text, "讲义.txt", school=SchoolFactory())
    assert (page.state, page.kind) == ("verified", "web")
    assert (notes.state, notes.kind, notes.media_type) == ("verified", "text", "text/plain")
    run_jobs(only="process_blob")
    assert FilePreview.objects.get(blob=page).reason == "active_content"
    assert FilePreview.objects.get(blob=notes).page_count == 1
    again = verified(text, "讲稿.txt")
    assert (again.state, again.canonical) == ("duplicate", notes)


def test_bytes_of_a_duplicate_are_deleted_after_its_row_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    verified()
    second = received()

    def unavailable(*_args: Any) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(type(get_store()), "delete", unavailable)
        with pytest.raises(StoreUnavailable):
            verification.verify(blob_id=second.pk)
    second.refresh_from_db()
    assert second.state == "duplicate"
    assert second.key is not None
    verification.verify(blob_id=second.pk)  # the job's next try
    second.refresh_from_db()
    assert second.key is None


def test_verifying_twice_changes_nothing() -> None:
    blob = verified()
    before = FileBlob.objects.values().get(pk=blob.pk)
    verification.verify(blob_id=blob.pk)
    assert FileBlob.objects.values().get(pk=blob.pk) == before


def test_a_blob_that_is_gone_is_no_error() -> None:
    verification.verify(blob_id=987654)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_bytes_at_once_make_one_original(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either has written: the unique hash decides, and the loser becomes the duplicate."""
    blobs = [received(), received()]
    together = threading.Barrier(2, timeout=30)
    real = verification._examine

    def examine(blob: FileBlob) -> verification.Finding:
        finding = real(blob)
        together.wait()
        return finding

    monkeypatch.setattr(verification, "_examine", examine)
    failures: list[BaseException] = []

    def work(pk: int) -> None:
        try:
            verification.verify(blob_id=pk)
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=[blob.pk]) for blob in blobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    states = sorted(FileBlob.objects.filter(pk__in=[blob.pk for blob in blobs]).values_list("state", flat=True))
    assert states == ["duplicate", "verified"]


def test_the_unique_hash_turns_a_late_original_into_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = received(), received()
    real, seen = verification._accept, []

    def accept(blob: FileBlob, finding: verification.Finding) -> None:
        if blob.pk == second.pk and not seen:
            seen.append(True)
            verification.verify(blob_id=first.pk)
            from django.db import IntegrityError

            raise IntegrityError("unique hash")
        real(blob, finding)

    monkeypatch.setattr(verification, "_accept", accept)
    verification.verify(blob_id=second.pk)
    second.refresh_from_db()
    assert (second.state, second.duplicate_of_id) == ("duplicate", first.pk)


def test_a_store_that_is_away_leaves_the_file_in_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = received()

    def unavailable(*_args: Any, **_options: Any) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(type(get_store()), "head", unavailable)
    with pytest.raises(StoreUnavailable):
        verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert blob.state == "received"


def test_an_object_that_vanishes_while_it_is_read_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = received()

    def gone(*_args: Any, **_options: Any) -> Any:
        raise ObjectMissing

    monkeypatch.setattr(type(get_store()), "read", gone)
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert blob.reason == "missing"


def test_films_are_hashed_whole_but_only_their_beginning_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    film = b"\0\0\0\x20ftypisom" + bytes(6 * 1024**2)
    kept = []
    real = verification._inspect

    def inspect(folder: Any, name: str, **options: Any) -> Any:
        kept.append((folder / "source").stat().st_size)
        return real(folder, name, **options)

    monkeypatch.setattr(verification, "_inspect", inspect)
    blob = verified(film, "示范.mp4")
    assert blob.sha256 == hashlib.sha256(film).hexdigest()
    assert kept[0] < len(film)


def test_nothing_is_left_in_the_working_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    verified()
    assert workdir.root().is_dir()
    assert list(workdir.root().glob("*")) == []


# --- the virus scanner, when there is one


@pytest.fixture
def scanner(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Answers to give, one per question; an exception is raised."""
    settings.CLAMD_ADDRESS = "127.0.0.1:3310"
    answers: list[Any] = []

    def scan(chunks: Any, *, address: str, timeout: float = 0) -> Any:
        for _chunk in chunks:
            continue
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(antivirus, "scan", scan)
    return answers


def test_a_finding_of_the_scanner_refuses_the_file(scanner: list[Any]) -> None:
    scanner.append(antivirus.Verdict.FOUND)
    assert verified().reason == "virus"


def test_while_the_scanner_is_down_the_file_waits_and_says_so(scanner: list[Any]) -> None:
    blob = received()
    scanner += [antivirus.ScannerUnavailable("down"), antivirus.Verdict.CLEAN]
    with pytest.raises(antivirus.ScannerUnavailable):
        verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert (blob.state, blob.reason) == ("received", "scanner_down")
    verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert (blob.state, blob.reason) == ("verified", "")


def test_a_file_too_long_for_the_scanner_is_marked_as_scanned_in_part(
    scanner: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "SCAN_MIN", 10)
    scanner += [antivirus.Verdict.TOO_LONG, antivirus.Verdict.CLEAN]
    blob = verified()
    assert (blob.state, blob.reason) == ("verified", "scanned_partly")


def test_a_check_that_runs_out_of_time_is_not_damage_and_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[sandbox.Limits] = []

    def run(*_args: Any, limits: sandbox.Limits, **_options: Any) -> sandbox.Outcome:
        tried.append(limits)
        return sandbox.Outcome(sandbox.Ended.TIMED_OUT)

    monkeypatch.setattr(sandbox, "run", run)
    blob = verified()
    assert tried[1].cpu > tried[0].cpu
    assert (blob.preview.state, blob.preview.reason) == ("failed", "timed_out")
    assert blob.preview.can_be_retried
    assert blob.findings == ["unchecked"]


def test_without_a_sandbox_the_file_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = received()

    def run(*_args: Any, **_options: Any) -> sandbox.Outcome:
        raise sandbox.SandboxUnavailable("no namespaces")

    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "run", run)
        with pytest.raises(sandbox.SandboxUnavailable):
            verification.verify(blob_id=blob.pk)
    blob.refresh_from_db()
    assert blob.state == "received"
    verification.verify(blob_id=blob.pk)  # the job's next try
    blob.refresh_from_db()
    assert blob.state == "verified"
