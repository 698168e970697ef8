"""Uploading through the site against boto3 to the same server, in turns.

Ours speaks the browser's protocol to a real gunicorn (``tests/journeys/upload_client.py`` does what ``upload/transfer.js``
does). Two references: boto3 doing the same work (the same parts, three at a time, each with its MD5), which is what the
protocol itself may cost; and ``upload_file`` as it comes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.report import Table, publish
from tests.journeys.client import Client
from tests.journeys.databases import put_sqlite
from tests.journeys.seed import PEOPLE
from tests.journeys.site import Site
from tests.journeys.upload_client import LANES, send
from tests.services import supply

MEGABYTE = 1024 * 1024
PART = 8 * MEGABYTE
SIZES = (5, 100, 500)


class Raw:
    """Plain boto3."""

    def __init__(self, env: dict[str, str]) -> None:
        self.bucket = env["S3_BUCKET"]
        self.client = boto3.client(
            "s3",
            endpoint_url=env["S3_ENDPOINT"],
            region_name=env["S3_REGION"],
            aws_access_key_id=env["S3_ACCESS_KEY"],
            aws_secret_access_key=env["S3_SECRET_KEY"],
            # As a presigned request: the body is not hashed for the signature, its MD5 guards it.
            config=Config(
                s3={"addressing_style": "path", "payload_signing_enabled": False},
                request_checksum_calculation="when_required",
            ),
        )

    def same_parts(self, path: Path) -> None:
        """Upload with the same part size, parallelism and MD5 per part as ours."""
        name = {"Bucket": self.bucket, "Key": f"benchmark/{uuid.uuid4()}"}
        upload = name | {"UploadId": self.client.create_multipart_upload(**name)["UploadId"]}

        def one(number: int) -> dict[str, Any]:
            with path.open("rb") as file:
                file.seek((number - 1) * PART)
                data = file.read(PART)
            md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
            answer = self.client.upload_part(**upload, PartNumber=number, Body=data, ContentMD5=md5)
            return {"PartNumber": number, "ETag": answer["ETag"]}

        with ThreadPoolExecutor(LANES) as lanes:
            parts = list(lanes.map(one, range(1, -(-path.stat().st_size // PART) + 1)))
        self.client.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    def upload_file(self, path: Path) -> None:
        self.client.upload_file(str(path), self.bucket, f"benchmark/{uuid.uuid4()}")

    def clear(self) -> None:
        for found in self.client.list_objects_v2(Bucket=self.bucket, Prefix="benchmark/").get("Contents", []):
            self.client.delete_object(Bucket=self.bucket, Key=found["Key"])


@contextmanager
def site(folder: Path, extra: dict[str, str], *names: str) -> Iterator[tuple[Site, Client]]:
    """A running site with these processes and demo people, and a client signed in as a teacher."""
    made = Site(folder=folder, extra=extra)
    put_sqlite(folder)
    try:
        made.python("from tests.journeys.seed import people\npeople()")
        made.start(*names)
        yield made, Client(made.url, PEOPLE["teacher_a"][0], patience=600)
    finally:
        made.stop()


def s3_environment() -> dict[str, str]:
    return {key: value for key, value in supply.up("s3").items() if key.startswith("S3_")}


def make_file(folder: Path, megabytes: int) -> Path:
    path = folder / f"{megabytes}.bin"
    with path.open("wb") as file:
        for _ in range(megabytes):
            file.write(os.urandom(MEGABYTE))
    return path


def seconds(call: Callable[[Path], object], path: Path) -> float:
    begun = time.perf_counter()
    call(path)
    return time.perf_counter() - begun


def main(sizes: tuple[int, ...] = SIZES, rounds: int = 7) -> None:
    env = s3_environment()
    raw = Raw(env)
    rows: list[list[object]] = []
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-upload-") as name,
        site(Path(name) / "s3", env, "web") as (_s3, ours),
        site(Path(name) / "local", {}, "web") as (_local, local),
    ):
        ways: dict[str, Callable[[Path], object]] = {
            "ours": partial(send, ours),
            "same": raw.same_parts,
            "file": raw.upload_file,
            "local": partial(send, local),
        }
        for size in sizes:
            path = make_file(Path(name), size)
            for call in ways.values():
                call(path)  # connections, imports, the disk's cache
            taken: dict[str, list[float]] = {label: [] for label in ways}
            for turn in range(rounds):
                # Each way goes first in some rounds, because the later ones find a warm disk cache.
                labels = list(ways)
                for label in labels[turn % len(labels) :] + labels[: turn % len(labels)]:
                    taken[label].append(seconds(ways[label], path))
                raw.clear()
            best = {label: size / statistics.median(times) for label, times in taken.items()}
            rows.append(
                [
                    f"{size} MB",
                    f"{best['ours']:.0f}",
                    f"{best['same']:.0f}",
                    f"{100 * best['ours'] / best['same']:.0f} %",
                    f"{best['file']:.0f}",
                    f"{100 * best['ours'] / best['file']:.0f} %",
                    f"{best['local']:.0f}",
                ]
            )
            path.unlink()
    publish(
        Table(
            name="upload",
            title="Uploading, against boto3",
            note=(
                f"MB/s of random bytes to versitygw on the same machine, median of {rounds} rounds in turns, from the"
                " announcement to the answer that it is stored. Ours: the browser's protocol through the site,"
                f" {LANES} parts of 8 MiB at a time, each signed and with its MD5. *Same work*: boto3 with the same parts,"
                " as many at a time, each with its MD5. *upload_file*: as it comes (ten threads; a file below 8 MB in one"
                " request, without a checksum of ours). Local: our protocol into the local store, through gunicorn. A small"
                " file shows what announcing, signing and handing over cost: about 30 ms a file, whatever its size."
            ),
            columns=("file", "ours", "same work", "of it", "upload_file", "of it", "local store"),
            rows=rows,
        )
    )


if __name__ == "__main__":
    main()
