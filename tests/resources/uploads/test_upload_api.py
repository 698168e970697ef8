"""The upload protocol over HTTP, on the local store.

Long because each call of the protocol is tried with what is right and with all that is wrong.
"""

from __future__ import annotations

import errno
import os
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from members.models import School
from members.roles import Role
from resources.models import FileBlob, UploadSession
from resources.storage import StoreUnavailable, get_store
from resources.uploads import cleanup, completion, sessions, validation
from resources.uploads.errors import UploadRefused
from tests.factories import MembershipFactory, SchoolFactory, person
from tests.resources.uploads.upload_protocol import JSON, announce, finish, md5, send, upload_whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def teacher(school: School) -> Any:
    return person("teacher", school=school)


@pytest.fixture
def api(client: Client, teacher: Any) -> Client:
    client.force_login(teacher)
    return client


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a few bytes then have several parts."""
    monkeypatch.setattr(validation, "PART_SIZE", 4)


def used(school: School) -> int:
    return School.objects.get(pk=school.pk).used_bytes


def test_a_finished_upload_is_a_file_that_waits_for_its_check(api: Client, teacher: Any, school: School) -> None:
    answer = upload_whole(api, b"slides of handwashing")
    assert answer["state"] == "completed"
    blob = FileBlob.objects.get(uid=answer["blob"]["uid"])
    assert (blob.state, blob.size, blob.declared_name) == ("received", 21, "七步洗手.pptx")
    assert (blob.uploaded_by, blob.school) == (teacher, school)
    assert blob.preview.state == "waiting"
    assert b"".join(get_store().read(blob.key)) == b"slides of handwashing"
    job = DBTaskResult.objects.get(task_path="resources.tasks.verify_blob")
    assert job.args_kwargs["args"] == [blob.pk]


def test_parts_arrive_in_any_order_and_only_missing_ones_are_asked_for(api: Client, small_parts: None) -> None:
    upload = announce(api, data=b"aaaabbbbcc").json()
    assert (upload["part_size"], upload["part_count"]) == (4, 3)
    send(api, upload, 3, b"cc")
    send(api, upload, 1, b"aaaa")
    listed = api.get(f"/api/uploads/{upload['uid']}/parts").json()
    assert [(part["number"], part["size"]) for part in listed] == [(1, 4), (3, 2)]
    early = finish(api, upload)
    assert (early.status_code, early.json()["code"], early.json()["numbers"]) == (409, "parts_missing", [2])
    send(api, upload, 2, b"bbbb")
    done = finish(api, upload).json()
    assert b"".join(get_store().read(FileBlob.objects.get(uid=done["blob"]["uid"]).key)) == b"aaaabbbbcc"


def test_the_same_idempotency_key_gives_the_same_upload_once(api: Client, school: School) -> None:
    key = str(uuid.uuid4())
    first, second = (announce(api, idempotency_key=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["uid"] == second.json()["uid"]
    assert used(school) == len(b"slides")
    other = announce(api, idempotency_key=key, name="另一个.pptx")
    assert (other.status_code, other.json()["code"]) == (409, "key_used")


def test_a_file_of_one_part_announced_with_its_checksum_comes_back_signed(api: Client) -> None:
    upload = announce(api, md5=md5(b"slides")).json()
    [signed] = upload["signed"]
    assert (signed["number"], signed["size"], signed["headers"]) == (1, 6, {"Content-MD5": md5(b"slides")})
    damaged = api.put(signed["url"], b"slidez", content_type=JSON, headers=signed["headers"])
    assert damaged.status_code == 400
    assert api.put(signed["url"], b"slides", content_type=JSON, headers=signed["headers"]).status_code == 200
    assert finish(api, upload).json()["state"] == "completed"


def test_without_checksum_in_several_parts_or_once_closed_nothing_is_signed_at_once(
    api: Client, small_parts: None
) -> None:
    assert announce(api, data=b"aaaa").json()["signed"] == []
    assert announce(api, data=b"aaaabb", md5=md5(b"aaaabb")).json()["signed"] == []
    details = {"data": b"aaaa", "md5": md5(b"aaaa"), "idempotency_key": "once"}
    upload = announce(api, **details).json()
    assert len(announce(api, **details).json()["signed"]) == 1
    api.delete(f"/api/uploads/{upload['uid']}")
    assert announce(api, **details).json()["signed"] == []


def test_a_bad_checksum_of_the_file_is_refused_before_anything_is_reserved(api: Client, school: School) -> None:
    answer = announce(api, md5="not an MD5")
    assert (answer.status_code, answer.json()["code"]) == (422, "checksum_bad")
    assert used(school) == 0
    assert not UploadSession.objects.exists()


def test_completing_again_gives_the_same_file(api: Client) -> None:
    first = upload_whole(api)
    second = finish(api, first).json()
    assert second["blob"]["uid"] == first["blob"]["uid"]
    assert FileBlob.objects.count() == 1
    assert DBTaskResult.objects.filter(task_path="resources.tasks.verify_blob").count() == 1


def test_a_crash_between_store_and_database_is_healed_by_completing_again(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    with monkeypatch.context() as patch:
        patch.setattr(completion, "hand_over", lambda session: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            finish(api, upload)
    assert UploadSession.objects.get().state == "completing"
    assert finish(api, upload).json()["state"] == "completed"
    assert b"".join(get_store().read(FileBlob.objects.get().key)) == b"slides"


def test_the_collector_finishes_what_was_being_put_together(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    UploadSession.objects.update(state="completing", expires=timezone.now() - timedelta(hours=1))
    cleanup.collect_expired()
    assert UploadSession.objects.get().state == "completed"


def test_cancelling_gives_the_room_back_and_throws_the_parts_away(api: Client, school: School) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    assert used(school) == 6
    for _ in range(2):
        assert api.delete(f"/api/uploads/{upload['uid']}").json()["state"] == "cancelled"
    assert used(school) == 0
    assert list(get_store().open_uploads()) == []
    late = finish(api, upload)
    assert (late.status_code, late.json()["code"]) == (409, "closed")


def test_an_abandoned_upload_is_collected_with_its_quota_and_parts(api: Client, school: School) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    assert cleanup.collect_expired() == 0
    UploadSession.objects.update(expires=timezone.now() - timedelta(minutes=1))
    assert cleanup.collect_expired() == 1
    assert UploadSession.objects.get().state == "expired"
    assert used(school) == 0
    assert list(get_store().open_uploads()) == []
    refused = api.post(f"/api/uploads/{upload['uid']}/parts", {"parts": [{"number": 1}]}, content_type=JSON)
    assert refused.json()["code"] == "closed"


def test_parts_nobody_remembers_are_collected_but_not_those_in_use(api: Client, settings: Any) -> None:
    kept = announce(api).json()
    store = get_store()
    stray = store.start_multipart("objects/stray", media_type="", part_size=4)
    assert cleanup.collect_strays() == 0
    settings.UPLOAD_EXPIRY_HOURS = -1
    assert cleanup.collect_strays() == 1
    left = {found.upload_id for found in store.open_uploads()}
    assert stray not in left
    assert left == {UploadSession.objects.get(uid=kept["uid"]).upload_id}


@pytest.mark.parametrize("role", ["teacher", "reviewer", "manager", "editor", "administrator"])
def test_somebody_elses_upload_does_not_exist(api: Client, school: School, role: str) -> None:
    upload = announce(api).json()
    stranger = Client()
    stranger.force_login(person(role, school=school))
    address = f"/api/uploads/{upload['uid']}"
    answers = [
        stranger.get(address),
        stranger.get(f"{address}/parts"),
        stranger.post(f"{address}/parts", {"parts": [{"number": 1}]}, content_type=JSON),
        stranger.post(f"{address}/complete", content_type=JSON),
        stranger.delete(address),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["code"] for answer in answers} == {"not_found"}
    assert stranger.get("/api/uploads").json() == []
    assert api.get(address).json()["state"] == "open"


def test_without_signing_in_nothing_is_told(client: Client) -> None:
    assert client.get("/api/uploads").status_code == 401
    assert announce(client).status_code == 401


def test_a_foreign_page_can_not_start_an_upload(teacher: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(teacher)
    assert announce(strict).status_code == 403
    assert UploadSession.objects.count() == 0


def test_only_people_of_a_school_upload(client: Client) -> None:
    client.force_login(person("editor"))
    refused = announce(client)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_member")


def test_a_person_of_two_schools_says_for_which(api: Client, teacher: Any, school: School) -> None:
    second = MembershipFactory(user=teacher, school=SchoolFactory(), role=Role.TEACHER).school
    assert announce(api).json()["code"] == "school_missing"
    assert announce(api, school=second.pk).json()["school"] == second.pk
    assert announce(api, school=SchoolFactory().pk).json()["code"] == "school_unknown"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"),
        ("   ", "name_empty"),
        ("..", "name_empty"),
        ("洗" * 256, "name_too_long"),
        ("a\u0000b.pptx", "name_bad"),
        ("a\nb.pptx", "name_bad"),
        ("invoice\u202excod.exe", "name_bad"),
    ],
)
def test_a_name_that_can_not_be_kept_is_refused_with_a_reason(api: Client, name: str, code: str) -> None:
    refused = announce(api, name=name)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\课件\\洗手.pptx", "洗手.pptx"),
        ("第一章/洗手.pptx", "洗手.pptx"),
        ("../../etc/passwd", "passwd"),
        ("e\u0301cole.pdf", "école.pdf"),
        (" 洗手 (终稿).pptx ", "洗手 (终稿).pptx"),
    ],
)
def test_folders_in_a_name_are_dropped(api: Client, given: str, kept: str) -> None:
    assert announce(api, name=given).json()["name"] == kept


def test_lone_surrogates_are_refused_not_crashed_on(api: Client) -> None:
    body = '{"name": "a\\ud800.pptx", "size": 3, "idempotency_key": "\\ud800"}'
    assert api.post("/api/uploads", body, content_type=JSON).status_code == 422


def test_empty_and_oversized_files_are_refused_in_the_readers_language(api: Client, settings: Any) -> None:
    empty = announce(api, data=b"")
    assert (empty.status_code, empty.json()["code"]) == (422, "size_zero")
    assert empty.json()["message"] == "文件是空的（0 字节）。检查文件是否保存完整，再选一次。"
    settings.UPLOAD_MAX_BYTES = 5
    large = announce(api, headers={"accept-language": "en"})
    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    with translation.override("en"):
        assert "0 bytes" in str(UploadRefused("size_zero").message)


def test_the_quota_of_the_school_holds(api: Client, school: School) -> None:
    School.objects.filter(pk=school.pk).update(quota_bytes=10)
    assert announce(api).status_code == 201
    full = announce(api)
    assert (full.status_code, full.json()["code"]) == (409, "quota_full")
    assert used(school) == 6
    assert len(list(get_store().open_uploads())) == 1


def test_the_quota_holds_when_two_start_at_once(api: Client, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked and seen room; the one that writes second must not get it."""
    School.objects.filter(pk=school.pk).update(quota_bytes=10)
    monkeypatch.setattr(sessions.quota, "has_room", lambda **_: True)
    assert announce(api).status_code == 201
    assert announce(api).json()["code"] == "quota_full"
    assert used(school) == 6
    assert len(list(get_store().open_uploads())) == 1


def test_part_numbers_and_checksums_are_checked(api: Client) -> None:
    upload = announce(api).json()
    address = f"/api/uploads/{upload['uid']}/parts"
    wrong = api.post(address, {"parts": [{"number": 2}]}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "part_number")
    assert "1" in wrong.json()["message"]
    bad = api.post(address, {"parts": [{"number": 1, "md5": "no"}]}, content_type=JSON)
    assert bad.json()["code"] == "checksum_bad"


def test_an_upload_whose_parts_vanished_says_so(api: Client, school: School) -> None:
    upload = announce(api).json()
    session = UploadSession.objects.get()
    get_store().abort(session.key, session.upload_id)
    assert api.get(f"/api/uploads/{upload['uid']}/parts").json()["code"] == "lost"
    assert finish(api, upload).json()["code"] == "lost"
    assert api.get(f"/api/uploads/{upload['uid']}").json()["state"] == "refused"
    assert used(school) == 0


def test_a_store_that_is_down_is_worth_another_try(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    store = type(get_store())

    def down(*args: Any, **kwargs: Any) -> Any:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patch:
        patch.setattr(store, "list_parts", down)
        patch.setattr(store, "start_multipart", down)
        for answer in (finish(api, upload), announce(api), api.get(f"/api/uploads/{upload['uid']}/parts")):
            assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert finish(api, upload).json()["state"] == "completed"


def test_a_store_made_read_only_asks_to_try_again_and_loses_nothing(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after ``mount -o remount,ro``: every change of the folder fails."""
    upload = announce(api).json()
    send(api, upload, 1, b"slides")

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "mkdir", "touch"):
            patch.setattr(Path, name, refuse)
        for answer in (finish(api, upload), announce(api), send(api, upload, 1, b"slides")):
            assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
        with pytest.raises(StoreUnavailable):
            get_store().delete([UploadSession.objects.get(uid=upload["uid"]).key])
    assert finish(api, upload).json()["state"] == "completed"


def test_unfinished_uploads_are_listed_for_resuming(api: Client) -> None:
    open_one = announce(api, fingerprint="七步洗手.pptx:6:1700000000").json()
    upload_whole(api)
    listed = api.get("/api/uploads?unfinished=true").json()
    assert [one["uid"] for one in listed] == [open_one["uid"]]
    assert listed[0]["fingerprint"] == "七步洗手.pptx:6:1700000000"
    assert len(api.get("/api/uploads").json()) == 2


def test_the_list_takes_the_same_few_queries_however_long(api: Client, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        upload_whole(api)
    with django_assert_num_queries(3):
        assert len(api.get("/api/uploads").json()) == 3


def test_signing_a_hundred_parts_takes_as_few_queries_as_signing_one(
    api: Client, small_parts: None, django_assert_num_queries: Any
) -> None:
    upload = announce(api, data=b"x" * 400).json()
    for count in (1, 100):
        wanted = {"parts": [{"number": number, "md5": md5(b"xxxx")} for number in range(1, count + 1)]}
        # Session, person, upload, and what the person is where.
        with django_assert_num_queries(5):
            signed = api.post(f"/api/uploads/{upload['uid']}/parts", wanted, content_type=JSON).json()
        assert [part["number"] for part in signed] == list(range(1, count + 1))


def test_completing_asks_the_store_for_nothing_but_the_parts_and_the_end(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = announce(api).json()
    send(api, upload, 1, b"slides")
    asked: list[str] = []
    store = type(get_store())
    for name in ("head", "list_parts", "complete"):
        real = getattr(store, name)
        monkeypatch.setattr(store, name, lambda *args, name=name, real=real: asked.append(name) or real(*args))
    assert finish(api, upload).json()["state"] == "completed"
    assert asked == ["list_parts", "complete"]


def test_an_object_of_another_size_is_refused_when_completing_again(api: Client, school: School) -> None:
    upload = announce(api).json()
    session = UploadSession.objects.get()
    get_store().put(session.key, b"other", media_type="")
    UploadSession.objects.update(state="completing")
    assert finish(api, upload).json()["code"] == "size_differs"
    assert (get_store().head(session.key), used(school)) == (None, 0)


def test_status_tells_what_became_of_the_file(api: Client) -> None:
    done = upload_whole(api)
    blob = FileBlob.objects.get()
    assert done["blob"]["preview"]["working"] is True
    FileBlob.objects.update(state="verified", sha256="0" * 64, verified_at=timezone.now(), kind="slides")
    blob.preview.state, blob.preview.page_count, blob.preview.pages_done = "rendering", 60, 23
    blob.preview.save()
    told = api.get(f"/api/uploads/{done['uid']}").json()["blob"]
    assert (told["preview"]["pages_done"], told["preview"]["page_count"]) == (23, 60)
    FileBlob.objects.update(state="rejected", reason="virus")
    told = api.get(f"/api/uploads/{done['uid']}").json()["blob"]
    assert told["reason"] == "virus"
    assert told["reason_text"]
    assert told["preview"]["working"] is False


def test_a_wrong_checksum_is_refused_and_the_part_can_be_sent_again(api: Client) -> None:
    upload = announce(api).json()
    signed = api.post(
        f"/api/uploads/{upload['uid']}/parts", {"parts": [{"number": 1, "md5": md5(b"slides")}]}, content_type=JSON
    ).json()[0]
    bad = api.put(signed["url"], b"sliced", content_type="application/octet-stream", HTTP_CONTENT_MD5=md5(b"slides"))
    assert (bad.status_code, bad.json()["code"]) == (400, "part_refused")
    assert send(api, upload, 1, b"slides").status_code == 200
    assert finish(api, upload).json()["state"] == "completed"


@pytest.mark.parametrize(
    ("size", "part", "count"),
    [(1, 8, 1), (8 * 1024**2, 8, 1), (5 * 1024**3, 8, 640), (20 * 1024**3, 16, 1280), (5 * 1024**4, 4096, 1280)],
)
def test_parts_grow_with_the_file(size: int, part: int, count: int) -> None:
    chosen = validation.part_size_for(size)
    assert chosen == part * 1024**2
    assert max(1, -(-size // chosen)) == count


def test_the_server_can_upload_by_itself(teacher: Any, school: School, small_parts: None, tmp_path: Any) -> None:
    (tmp_path / "a").write_bytes(b"aaaabbbbcc")
    with (tmp_path / "a").open("rb") as file:
        session = completion.store_file(who=teacher, school_id=school.pk, name="表.pdf", source=file, size=10)
    assert session.state == "completed"
    assert b"".join(get_store().read(session.blob.key)) == b"aaaabbbbcc"


def test_a_source_shorter_than_announced_leaves_nothing(teacher: Any, school: School, tmp_path: Any) -> None:
    (tmp_path / "a").write_bytes(b"short")
    with (tmp_path / "a").open("rb") as file, pytest.raises(UploadRefused) as refused:
        completion.store_file(who=teacher, school_id=school.pk, name="表.pdf", source=file, size=10)
    assert refused.value.code == "size_differs"
    assert used(school) == 0
    assert list(get_store().open_uploads()) == []
