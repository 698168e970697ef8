"""The nginx configuration of the operator's guide, run in front of a site with the local store."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import requests

from tests.journeys.client import Client
from tests.journeys.seed import PEOPLE
from tests.journeys.site import ROOT, Site, free_port, running, until

pytestmark = pytest.mark.slow

CONTENT = "七步洗手".encode() * 1000
NAME = "洗手 流程图.txt"

PUBLISH = """
from tests.journeys.service_steps import approve, blob_of, offer, submit
from resources.models import ResourceFile
import time
pk = offer(title="洗手流程图", name={name!r}, data={data!r})
for _ in range(300):
    if blob_of(pk).canonical.state == "verified":
        break
    time.sleep(0.1)
submit(pk); approve(pk, "reviewer_a"); approve(pk, "editor")
answer = [pk, str(ResourceFile.objects.get(resource_id=pk).uid)]
"""
KEY = "from resources.models import FileBlob\nanswer = FileBlob.objects.get().key"
ADDRESSES = """
from wagtail.models import ModelLogEntry
answer = [entry.data.get("address") for entry in ModelLogEntry.objects.filter(user__email={who!r})]
"""


def documented() -> str:
    """The first block of the guide's chapter on nginx."""
    chapter = (ROOT / "docs/operator.md").read_text().split("## nginx", 1)[1]
    return chapter.split("```")[1]


def here(block: str, site: Site, port: int) -> str:
    """The configuration for this site: its port and files, without certificates."""
    changes = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "library.example.org": "127.0.0.1",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{site.port}",
        "/path/to/var/": f"{site.folder}/",
    }
    for written, meant in changes.items():
        assert written in block, written
        block = block.replace(written, meant)
    # The redirect from port 80 to https.
    return re.sub(r"^server \{ listen 80;.*$", "", block, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """A running site, and the URL of the nginx in front of it."""
    if not shutil.which("nginx"):
        if os.environ.get("CI"):
            pytest.fail("nginx is needed in CI", pytrace=False)
        pytest.skip("nginx is not on this machine")
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    extra = {"STORE_ACCEL_PREFIX": "/protected", "BEHIND_PROXY": "true", "BASE_URL": address}
    with running(folder / "site", extra) as made:
        made.python("from tests.journeys.seed import people\npeople()")
        config = folder / "nginx.conf"
        places = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(
            f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {places}\n{here(documented(), made, port)}\n}}\n"
        )
        with subprocess.Popen(["nginx", "-c", str(config), "-e", str(folder / "error.log")]) as nginx:
            try:
                until(lambda: answers(address), seconds=30, what="nginx answers")
                yield made, address
            finally:
                nginx.terminate()
                nginx.wait(20)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def teacher(site: tuple[Site, str]) -> Client:
    return Client(site[1], PEOPLE["teacher_a"][0])


@pytest.fixture(scope="module")
def taken(site: tuple[Site, str], teacher: Client) -> requests.Response:
    """The bytes of a published file, as nginx sent them."""
    pk, uid = site[0].python(PUBLISH.format(name=NAME, data=CONTENT))
    return teacher.session.get(f"{site[1]}/r/{pk}/files/{uid}/", timeout=20)


def test_a_download_is_sent_by_nginx_and_still_can_not_run_on_our_pages(
    site: tuple[Site, str], teacher: Client, taken: requests.Response
) -> None:
    assert taken.headers["Server"].startswith("nginx")
    assert hashlib.sha256(taken.content).digest() == hashlib.sha256(CONTENT).digest()
    own = requests.get(f"{site[1]}/", timeout=20).headers
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options"):
        assert taken.headers[name] == own[name]
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E6%B4%97%E6%89%8B%20" in taken.headers["Content-Disposition"]
    assert taken.headers["Accept-Ranges"] == "bytes"
    part = teacher.session.get(taken.url, headers={"Range": "bytes=3-8"}, timeout=20)
    assert (part.status_code, part.content) == (206, CONTENT[3:9])
    assert part.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("way", ["/protected/{}", "//protected/{}", "/protected/../protected/{}", "/%70rotected/{}"])
def test_the_stores_folder_is_no_address(site: tuple[Site, str], taken: requests.Response, way: str) -> None:
    prepared = requests.Request("GET", site[1]).prepare()
    prepared.url = site[1] + way.format(site[0].python(KEY))
    with requests.Session() as session:
        assert session.send(prepared, timeout=20).status_code == 404


def test_parts_of_an_upload_go_through_nginx(site: tuple[Site, str], teacher: Client) -> None:
    data = os.urandom(20 * 1024 * 1024)
    assert teacher.upload("示范课.mp4", data)["state"] == "completed"


def test_a_file_too_large_for_the_plain_form_is_refused_in_words(site: tuple[Site, str], teacher: Client) -> None:
    token = teacher.session.cookies.get("csrftoken", "")
    answer = teacher.session.post(
        f"{site[1]}/workspace/upload/plain/",
        data={"csrfmiddlewaretoken": token},
        files={"file": ("示范课.mp4", b"0" * 26 * 1024 * 1024)},
        headers={"Referer": site[1]},
        timeout=60,
    )
    assert answer.url.endswith("/workspace/upload/?too_large=1")
    assert answer.status_code == 200
    assert "Without JavaScript a file can have at most 20" in answer.text


def test_who_asks_is_whom_nginx_saw_whatever_they_say(site: tuple[Site, str]) -> None:
    email = PEOPLE["teacher_b"][0]
    liar = Client(site[1], email)
    liar.session.headers["X-Forwarded-For"] = "203.0.113.7"
    school = site[0].python("from members.models import School\nanswer = School.objects.get(slug='journey-b').pk")
    assert liar.post("workspace/resources/", {"school": school, "title": "新的"}).status_code == 201
    assert set(site[0].python(ADDRESSES.format(who=email))) == {"127.0.0.1"}
