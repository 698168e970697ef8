"""Who gets which bytes, under which name, and what is counted.

Long because each answer of one URL is here: user, version, file name, count.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.models import School
from resources.delivery import usage
from resources.delivery.page_image_urls import page_image_url
from resources.models import (
    DailyUsage,
    FileBlob,
    FileRemoval,
    Licence,
    Resource,
    ResourceFile,
    ResourceStats,
    UsageEvent,
    UsageKind,
)
from tests.factories import BlobFactory, ResourceFactory, SchoolFactory, person, publish

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36"
WECHAT = f"{BROWSER} MicroMessenger/8.0.40"


@pytest.fixture
def school() -> School:
    return SchoolFactory()


@pytest.fixture
def deck() -> FileBlob:
    return BlobFactory(content="第一版".encode(), declared_name="七步洗手.pptx")


@pytest.fixture
def resource(school: School, deck: FileBlob) -> Resource:
    return ResourceFactory(school=school, files=[deck], live=True)


def address(resource: Resource, uid: uuid.UUID | None = None) -> str:
    uid = uid or ResourceFile.objects.get(resource=resource).uid
    return reverse("download", args=[resource.pk, uid])


def fetch(client: Client, where: str, who: Any = None, **headers: Any) -> Any:
    """Follow the redirect to the store, as a browser does."""
    if who is not None:
        client.force_login(who)
    return client.get(where, follow=True, headers={"user-agent": BROWSER, **headers})


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_same_bytes_come_back_under_their_chinese_name(client: Client, resource: Resource) -> None:
    answer = fetch(client, address(resource))
    assert body(answer) == "第一版".encode()
    said = answer.headers["Content-Disposition"]
    assert said.startswith("attachment; filename=")
    assert "filename*=UTF-8''%E4%B8%83%E6%AD%A5%E6%B4%97%E6%89%8B.pptx" in said


def test_what_is_sent_can_not_run_on_our_pages(client: Client, school: School) -> None:
    page = BlobFactory(content=b"<script>", declared_name="x.html", media_type="text/html", extension="html")
    resource = ResourceFactory(school=school, files=[page], live=True)
    headers = fetch(client, address(resource)).headers
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment")


def test_nginx_sends_the_file_where_it_is_told_to(client: Client, resource: Resource, settings: Any) -> None:
    settings.STORE_ACCEL_PREFIX = "/_store"
    answer = fetch(client, address(resource))
    assert answer.headers["X-Accel-Redirect"] == f"/_store/{ResourceFile.objects.get(resource=resource).blob.key}"
    assert answer.content == b""
    assert "filename*" in answer.headers["Content-Disposition"]
    assert "Accept-Ranges" not in answer.headers


def test_a_broken_download_goes_on_where_it_stopped(client: Client, resource: Resource) -> None:
    store = client.get(address(resource), headers={"user-agent": BROWSER}).url
    whole = client.get(store)
    part = client.get(store, headers={"range": "bytes=3-", "if-range": whole.headers["ETag"]})
    assert (part.status_code, body(part)) == (206, "第一版".encode()[3:])
    assert part.headers["Content-Range"] == "bytes 3-8/9"
    changed = client.get(store, headers={"range": "bytes=3-", "if-range": '"other"'})
    assert (changed.status_code, body(changed)) == (200, "第一版".encode())
    assert client.get(store, headers={"if-none-match": whole.headers["ETag"]}).status_code == 304
    head = client.head(store)
    assert (head.status_code, head.headers["Content-Length"]) == (200, "9")


@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", W/{}', '"other",{}', "*"])
def test_what_the_browser_already_has_is_not_sent_again(client: Client, resource: Resource, known: str) -> None:
    store = client.get(address(resource), headers={"user-agent": BROWSER}).url
    etag = client.head(store).headers["ETag"]
    answer = client.get(store, headers={"if-none-match": known.format(etag)})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)


@pytest.mark.parametrize("known", ['"other"', 'W/"other", "another"', "nonsense", ""])
def test_what_it_has_not_is_sent(client: Client, resource: Resource, known: str) -> None:
    store = client.get(address(resource), headers={"user-agent": BROWSER}).url
    assert body(client.get(store, headers={"if-none-match": known})) == "第一版".encode()


def test_asking_for_the_head_of_a_file_says_the_same_and_counts_nothing(client: Client, resource: Resource) -> None:
    head = client.head(address(resource), headers={"user-agent": BROWSER})
    assert (head.status_code, head.url.partition("?")[0]) == (302, f"/store/objects/{FileBlob.objects.get().key}")
    assert UsageEvent.objects.count() == 0


@pytest.mark.parametrize("asked", ["bytes=9-", "bytes=-0"])
def test_a_range_past_the_end_is_refused(client: Client, resource: Resource, asked: str) -> None:
    store = client.get(address(resource), headers={"user-agent": BROWSER}).url
    answer = client.get(store, headers={"range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */9")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=" + "9" * 5000 + "-"])
def test_a_range_that_makes_no_sense_is_ignored(client: Client, resource: Resource, asked: str) -> None:
    store = client.get(address(resource), headers={"user-agent": BROWSER}).url
    answer = client.get(store, headers={"range": asked})
    assert (answer.status_code, body(answer)) == (200, "第一版".encode())


@pytest.mark.parametrize("visibility", ["public", "alliance", "school"])
@pytest.mark.parametrize("allowed", ["nobody", "school", "alliance", "anyone"])
@pytest.mark.parametrize("who", ["visitor", "stranger", "colleague", "editor"])
def test_seeing_and_taking_are_two_permissions(
    client: Client, school: School, deck: FileBlob, visibility: str, allowed: str, who: str
) -> None:
    """404 where it may not be seen, 403 with a reason where it may be seen but not taken, else the bytes."""
    licence = Licence.objects.filter(download=allowed).first() or Licence.objects.create(
        code=f"test-{allowed}", label_zh=allowed, download=allowed
    )
    resource = ResourceFactory(school=school, files=[deck], live=True, visibility=visibility, licence=licence)
    people = {
        "visitor": lambda: None,
        "stranger": lambda: person("teacher"),
        "colleague": lambda: person("teacher", school=school),
        "editor": lambda: person("editor"),
    }
    sees = {"visitor": {"public"}, "stranger": {"public", "alliance"}}.get(who, {"public", "alliance", "school"})
    takes = {
        "visitor": {"anyone"},
        "stranger": {"anyone", "alliance"},
        "colleague": {"anyone", "alliance", "school"},
        "editor": {"anyone", "alliance", "school", "nobody"},
    }[who]
    expected = 404 if visibility not in sees else 200 if allowed in takes else 403
    assert fetch(client, address(resource), people[who]()).status_code == expected


def test_a_refusal_says_why_and_what_is_possible(client: Client, resource: Resource) -> None:
    Resource.objects.filter(pk=resource.pk).update(licence=Licence.objects.filter(download="nobody").first())
    page = fetch(client, address(resource)).content.decode()
    assert "这个文件不能下载" in page
    assert resource.title in page


def test_drafts_are_for_their_people_only(client: Client, school: School, deck: FileBlob) -> None:
    author = person("teacher", school=school)
    draft = ResourceFactory(school=school, contributor=author, files=[deck])
    where = address(draft, draft.latest_revision.files.get().uid)
    assert fetch(Client(), where).status_code == 404
    assert fetch(Client(), where, person("teacher", school=school)).status_code == 404
    assert fetch(Client(), where, person("reviewer")).status_code == 404
    for allowed in (author, person("reviewer", school=school), person("editor")):
        assert body(fetch(Client(), where, allowed)) == "第一版".encode()
    assert UsageEvent.objects.count() == 0


def test_what_was_not_verified_is_never_given(client: Client, school: School) -> None:
    author = person("teacher", school=school)
    waiting = BlobFactory(received=True, content=b"?")
    draft = ResourceFactory(school=school, contributor=author, files=[waiting])
    answer = fetch(client, address(draft, draft.latest_revision.files.get().uid), author)
    assert answer.status_code == 409
    assert "文件还没有准备好" in answer.content.decode()
    live = ResourceFactory(school=school, files=[waiting], live=True)
    assert fetch(client, address(live), author).status_code == 404


def test_a_duplicate_gives_the_bytes_it_points_at_under_its_own_name_and_type(client: Client, school: School) -> None:
    """The first to upload these bytes called them 审计.dat; that is no business of another school's readers."""
    first = BlobFactory(content="第一版".encode(), declared_name="审计.dat", extension="dat", media_type="text/x-other")
    copy = BlobFactory(
        state="duplicate", duplicate_of=first, sha256=None, verified_at=None, key=None, declared_name="审计.pptx"
    )
    resource = ResourceFactory(school=school, files=[copy], live=True)
    answer = fetch(client, address(resource))
    assert body(answer) == "第一版".encode()
    assert unquote(answer.headers["Content-Disposition"]).endswith("''审计.pptx")
    assert answer.headers["Content-Type"] == copy.media_type
    page = client.get(resource.get_absolute_url()).content.decode()
    assert "PPTX" in page
    assert "DAT" not in page
    assert "text/x-other" not in page


def test_a_file_taken_down_is_gone_in_every_version(client: Client, resource: Resource) -> None:
    where = address(resource)
    uid = ResourceFile.objects.get(resource=resource).uid
    FileRemoval.objects.create(resource=resource, uid=uid, reason="肖像", removed_by=person("editor"))
    for asked in (where, f"{where}?v=1"):
        assert fetch(client, asked).status_code == 404
        assert fetch(client, asked, person("editor")).status_code == 404


def test_older_versions_stay_downloadable(client: Client, resource: Resource) -> None:
    old = address(resource)
    draft = resource.get_latest_revision_as_object()
    second = BlobFactory(content="第二版".encode(), declared_name="七步洗手.pptx")
    draft.files = [ResourceFile(blob=second, name="七步洗手.pptx")]
    draft.save_revision(clean=False)
    resource = publish(Resource.objects.get(pk=resource.pk))
    assert body(fetch(client, address(resource))) == "第二版".encode()
    assert body(fetch(client, f"{old}?v=1")) == "第一版".encode()
    assert fetch(client, old).status_code == 404
    for nonsense in ("3", "x", "-1", "9" * 40, "１"):
        assert fetch(client, f"{old}?v={nonsense}").status_code == 404


def test_a_revision_can_be_named_by_those_who_see_drafts(client: Client, resource: Resource) -> None:
    where = f"{address(resource)}?revision={resource.latest_revision_id}"
    assert fetch(client, where).status_code == 404
    assert body(fetch(client, where, person("editor"))) == "第一版".encode()
    other = ResourceFactory(live=True)
    assert (
        fetch(client, f"{address(resource)}?revision={other.latest_revision_id}", person("editor")).status_code == 404
    )


def test_embargo_and_withdrawal_close_the_files(client: Client, resource: Resource, school: School) -> None:
    where = address(resource)
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    assert fetch(client, where).status_code == 404
    Resource.objects.filter(pk=resource.pk).update(
        embargo_until=None, live=False, withdrawn_at=timezone.now(), withdrawal_reason="过时"
    )
    for asked in (where, f"{where}?v=1"):
        assert fetch(client, asked, person("teacher", school=school)).status_code == 404


def test_a_suspended_schools_people_lose_their_files_at_once(client: Client, school: School, deck: FileBlob) -> None:
    resource = ResourceFactory(school=school, files=[deck], live=True, visibility="alliance")
    member = person("teacher")
    assert fetch(client, address(resource), member).status_code == 200
    School.objects.filter(memberships__user=member).update(state="suspended")
    assert fetch(client, address(resource), member).status_code == 404


def test_wechat_is_told_to_open_the_browser(client: Client, resource: Resource) -> None:
    page = client.get(address(resource), headers={"user-agent": WECHAT})
    assert page.status_code == 200
    assert "点右上角“…”，选“在浏览器打开”" in page.content.decode()
    assert UsageEvent.objects.count() == 0


def test_a_download_is_counted_once_an_hour_for_each_reader(client: Client, resource: Resource) -> None:
    reader = person("teacher")
    for _ in range(3):
        fetch(client, address(resource), reader)
    fetch(Client(), address(resource), person("teacher"))
    assert UsageEvent.objects.filter(kind="download").count() == 2
    assert DailyUsage.objects.get(kind="download").count == 2
    assert ResourceStats.objects.get(resource=resource).downloads == 2
    event = UsageEvent.objects.get(user=reader)
    assert event.file_uid == ResourceFile.objects.get(resource=resource).uid


@pytest.mark.parametrize(
    "robot",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "Sogou web spider/4.0",
        "python-requests/2.32",
        "curl/8.1",
    ],
)
def test_robots_are_not_counted(client: Client, resource: Resource, robot: str) -> None:
    client.get(address(resource), headers={"user-agent": robot})
    assert UsageEvent.objects.count() == 0


def test_visitors_are_told_apart_without_being_known(resource: Resource) -> None:
    def view(session: str | None, agent: str = BROWSER) -> bool:
        usage.note_use(resource_id=resource.pk, kind=UsageKind.VIEW, who=None, session_key=session, user_agent=agent)
        return usage.record_noted() == 1

    assert view("one")
    assert not view("one")
    assert view("two")
    assert view(None)
    assert not view(None)
    assert view(None, f"{BROWSER} Edg/86")
    stored = set(UsageEvent.objects.values_list("visitor", flat=True))
    assert not any("one" in visitor or "Mozilla" in visitor for visitor in stored)


def test_one_address_counts_few_visitors_an_hour_whatever_it_calls_itself(client: Client, resource: Resource) -> None:
    def view(number: int, address: str, **cookies: str) -> None:
        fresh = Client(REMOTE_ADDR=address)
        fresh.cookies.load(cookies)
        fresh.get(resource.get_absolute_url(), headers={"user-agent": f"{BROWSER} Edg/{number}"})

    for number in range(9):
        view(number, "203.0.113.7")
        view(number, "203.0.113.7", sessionid=f"made-up-{number}")
    assert UsageEvent.objects.count() == usage.VISITORS_PER_ADDRESS
    view(0, "203.0.113.8")
    assert UsageEvent.objects.count() == usage.VISITORS_PER_ADDRESS + 1
    for number in range(9):
        # A client with one IPv6 address has all of its network's.
        view(number, f"2001:db8:1:2::{number}")
    assert UsageEvent.objects.count() == 2 * usage.VISITORS_PER_ADDRESS + 1
    view(0, "2001:db8:1:3::1")
    fetch(client, resource.get_absolute_url(), person("teacher"), REMOTE_ADDR="203.0.113.7")
    assert ResourceStats.objects.get(resource=resource).views == 2 * usage.VISITORS_PER_ADDRESS + 3


def test_counts_can_be_made_anew_from_the_events(client: Client, resource: Resource) -> None:
    for _ in range(2):
        fetch(Client(), address(resource), person("teacher"))
    DailyUsage.objects.update(count=99)
    ResourceStats.objects.update(downloads=7, views=7)
    usage.recount_yesterday()
    assert DailyUsage.objects.get(kind="download").count == 2
    assert ResourceStats.objects.get(resource=resource).downloads == 2
    assert ResourceStats.objects.get(resource=resource).views == 0


def test_recounting_leaves_other_days_alone(resource: Resource) -> None:
    today = timezone.localdate()
    DailyUsage.objects.create(resource=resource, kind="view", day=today - timedelta(days=9), count=5)
    usage.recount(first=today, last=today)
    assert ResourceStats.objects.get(resource=resource).views == 5


def test_a_click_costs_few_queries(client: Client, resource: Resource, django_assert_max_num_queries: Any) -> None:
    client.force_login(person("teacher"))
    file = address(resource)
    client.get(file, headers={"user-agent": BROWSER})
    with django_assert_max_num_queries(7) as seen:
        assert client.get(file, headers={"user-agent": BROWSER}).status_code == 302
    # Whole rows take the decision a third longer.
    assert not any(
        '"withdrawal_reason"' in query["sql"] or '"findings"' in query["sql"] for query in seen.captured_queries
    )


def test_a_pictures_address_is_steady_and_signed(client: Client, resource: Resource, deck: FileBlob) -> None:
    from resources.models.file import rendition_key
    from resources.storage import get_store

    get_store().put(rendition_key(deck.uid, 1, 960), b"RIFF", media_type="image/webp")
    first = page_image_url(deck, 1, 960)
    assert first == page_image_url(deck, 1, 960)
    answer = client.get(first)
    assert (body(answer), answer.headers["Content-Type"]) == (b"RIFF", "image/webp")
    assert answer.headers["Content-Disposition"] == "inline"
    assert client.get(first.replace("/1-960", "/2-960")).status_code == 403


@pytest.mark.parametrize("query", ["", "?sig=x", "?expires=1&sig=" + "0" * 64, "?key=x&size=1&md5=&expires=9&sig=é"])
def test_a_store_address_nobody_signed_gives_and_takes_nothing(client: Client, deck: FileBlob, query: str) -> None:
    assert client.get(f"/store/objects/{deck.key}{query}").status_code == 403
    assert client.put(f"/store/parts/{'0' * 32}/1{query}", b"x").status_code == 403
    assert client.post(f"/store/parts/{'0' * 32}/1{query}").status_code == 405
