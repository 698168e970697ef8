"""An HTTP client that uploads by the published protocol and retries as a browser does."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import requests

from tests.journeys.seed import PASSWORD


class GivenUp(AssertionError):
    """The site did not answer for longer than a user would wait."""


class Client:
    """Signed in as one person. Every call is repeated until the site answers, as after a restart."""

    def __init__(self, url: str, email: str, *, patience: float = 60) -> None:
        self.url, self.patience = url, patience
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "en"
        page = self.patiently(lambda: self.session.get(f"{url}/accounts/login/", timeout=20))
        form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": self._token(page.text)}
        answer = self.patiently(lambda: self.session.post(f"{url}/accounts/login/", data=form, timeout=20))
        assert "sessionid" in self.session.cookies, answer.text[:500]

    @staticmethod
    def _token(html: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        assert found, html[:300]
        return found.group(1)

    def patiently(self, call: Callable[[], requests.Response]) -> requests.Response:
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            try:
                answer = call()
            except requests.RequestException:
                time.sleep(0.2)
                continue
            if answer.status_code < 500:
                return answer
            time.sleep(0.2)
        raise GivenUp(f"No answer for {self.patience} s")

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", ""), "Referer": self.url}
        answer = self.patiently(
            lambda: self.session.request(method, f"{self.url}/api/{path}", json=body, headers=headers, timeout=20)
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def get(self, path: str) -> requests.Response:
        return self.patiently(lambda: self.session.get(f"{self.url}/{path}", timeout=20))

    def post(self, path: str, values: dict[str, Any], *, accept: str = "text/html") -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", ""), "Referer": self.url, "Accept": accept}
        return self.patiently(lambda: self.session.post(f"{self.url}/{path}", data=values, headers=headers, timeout=20))

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        """Create, send missing parts, complete; resume from what the server has. Returns the session."""
        key = f"client-{uuid.uuid4()}"
        body = {"name": name, "size": len(data), "idempotency_key": key}
        made = self.api("POST", "uploads", body)
        size = made["part_size"]
        for _attempt in range(20):
            there = {part["number"] for part in self.api("GET", f"uploads/{made['uid']}/parts")}
            wanted = [number for number in range(1, made["part_count"] + 1) if number not in there]
            if not wanted:
                break
            for number in wanted:
                self._send(made["uid"], number, data[(number - 1) * size : number * size])
        done: dict[str, Any] = self.api("POST", f"uploads/{made['uid']}/complete")
        return done

    def _send(self, uid: str, number: int, chunk: bytes) -> None:
        md5 = b64encode(hashlib.md5(chunk, usedforsecurity=False).digest()).decode()
        signed = self.api("POST", f"uploads/{uid}/parts", {"parts": [{"number": number, "md5": md5}]})[0]
        target = urljoin(self.url, signed["url"])
        try:
            requests.put(target, data=chunk, headers=signed["headers"], timeout=30)
        except requests.RequestException:
            return  # the next look at the received parts says whether it arrived
