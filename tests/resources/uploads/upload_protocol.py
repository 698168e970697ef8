"""The upload protocol as a program speaks it, for tests."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

JSON = "application/json"


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def announce(client: Client, *, data: bytes = b"slides", name: str = "七步洗手.pptx", **fields: Any) -> Any:
    body = {"name": name, "size": len(data), "idempotency_key": str(uuid.uuid4()), **fields}
    return client.post("/api/uploads", body, content_type=JSON)


def send(client: Client, upload: dict[str, Any], number: int, data: bytes) -> Any:
    """Sign one part and PUT it to the local store."""
    wanted = {"parts": [{"number": number, "md5": md5(data)}]}
    signed = client.post(f"/api/uploads/{upload['uid']}/parts", wanted, content_type=JSON).json()[0]
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed["headers"].items()}
    return client.put(signed["url"], data, content_type="application/octet-stream", **headers)


def finish(client: Client, upload: dict[str, Any]) -> Any:
    return client.post(f"/api/uploads/{upload['uid']}/complete", content_type=JSON)


def upload_whole(client: Client, data: bytes = b"slides", **fields: Any) -> Any:
    upload = announce(client, data=data, **fields).json()
    size = upload["part_size"]
    for number in range(1, upload["part_count"] + 1):
        assert send(client, upload, number, data[(number - 1) * size : number * size]).status_code == 200
    return finish(client, upload).json()


def draft_address(pk: int) -> str:
    return reverse("draft", args=[pk])
