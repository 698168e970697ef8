"""Two S3 servers: versitygw behaves as S3, s3proxy differs where vendors differ."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.services.folders import Record, cache, data_folder
from tests.services.maven import fetch, java
from tests.services.processes import CannotStart, free_port, start, wait_until

VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.7.0"
S3PROXY = "org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies"
BUCKET, ACCESS_KEY, SECRET_KEY, REGION = "library", "library-test", "library-test-secret", "us-east-1"


@dataclass(frozen=True)
class S3Server:
    """One of the two; ``prefix`` starts its environment variables."""

    name: str
    prefix: str
    command: Callable[[Path, int], tuple[list[str | Path], dict[str, str]]]

    def environment(self, endpoint: str) -> dict[str, str]:
        values = {
            "ENDPOINT": endpoint,
            "BUCKET": BUCKET,
            "ACCESS_KEY": ACCESS_KEY,
            "SECRET_KEY": SECRET_KEY,
            "REGION": REGION,
            "ADDRESSING_STYLE": "path",
        }
        return {f"{self.prefix}_{key}": value for key, value in values.items()}

    def start_native(self) -> Record:
        folder, port = data_folder(self.name), free_port()
        (folder / "data").mkdir()
        command, child_env = self.command(folder, port)
        log, env = folder / "log", self.environment(f"http://127.0.0.1:{port}")
        process = start(command, log=log, env=child_env)
        wait_until(lambda: self.answers(env), process=process, seconds=30, log=log, what=self.name)
        create_bucket(env, self.prefix)
        return {"how": "native", "env": env, "processes": [process], "folder": str(folder)}

    def answers(self, env: Mapping[str, str]) -> bool:
        try:
            urllib.request.urlopen(env[f"{self.prefix}_ENDPOINT"], timeout=3)
        except urllib.error.HTTPError:
            return True  # 403 for a request without a signature is an answer
        except OSError:
            return False
        return True

    def from_environment(self) -> dict[str, str] | None:
        if not os.environ.get(f"{self.prefix}_ENDPOINT"):
            return None
        names = self.environment("")
        return {name: os.environ.get(name, default) for name, default in names.items()}


def create_bucket(env: Mapping[str, str], prefix: str) -> None:
    import boto3  # the command must start without the project's dependencies (status, down)
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=env[f"{prefix}_ENDPOINT"],
        aws_access_key_id=env[f"{prefix}_ACCESS_KEY"],
        aws_secret_access_key=env[f"{prefix}_SECRET_KEY"],
        region_name=env[f"{prefix}_REGION"],
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 5}),
    )
    name = env[f"{prefix}_BUCKET"]
    if name not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=name)


def versitygw(folder: Path, port: int) -> tuple[list[str | Path], dict[str, str]]:
    program = cache() / "versitygw"
    if not program.exists():
        if not shutil.which("go"):
            raise CannotStart("Go 1.25 is missing: https://go.dev/dl/ (it builds versitygw)")
        print("building versitygw …", file=sys.stderr)
        env = {**os.environ, "CGO_ENABLED": "0", "GOBIN": str(cache())}
        done = subprocess.run(["go", "install", VERSITYGW], env=env, capture_output=True, text=True)
        if not program.exists():
            raise CannotStart(f"versitygw did not build: {done.stderr[-600:]}")
    for name in ("iam", "versions", "sidecar"):
        (folder / name).mkdir()
    command = [program, "--port", f"127.0.0.1:{port}", "--iam-dir", folder / "iam", "--quiet", "posix"]
    command += ["--versioning-dir", folder / "versions"]
    if not keeps_attributes(folder):
        command += ["--sidecar", folder / "sidecar"]
    return [*command, folder / "data"], {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}


def keeps_attributes(folder: Path) -> bool:
    """Whether this file system stores user xattrs (tmpfs of older kernels does not)."""
    try:
        os.setxattr(folder, "user.library", b"1")
    except OSError:
        return False
    return True


def s3proxy(folder: Path, port: int) -> tuple[list[str | Path], dict[str, str]]:
    properties = {
        "s3proxy.authorization": "aws-v2-or-v4",
        "s3proxy.endpoint": f"http://127.0.0.1:{port}",
        "s3proxy.identity": ACCESS_KEY,
        "s3proxy.credential": SECRET_KEY,
        "s3proxy.cors-allow-origins": ".*",
        "s3proxy.cors-allow-methods": "GET PUT HEAD",
        "s3proxy.cors-allow-headers": ".*",
        "s3proxy.cors-exposed-headers": "ETag",
        "jclouds.provider": "filesystem-nio2",
        "jclouds.filesystem.basedir": str(folder / "data"),
    }
    config = folder / "s3proxy.conf"
    config.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
    return [java() / "bin" / "java", "-Xmx256m", "-jar", fetch(S3PROXY), "--properties", config], {}


VERSITY = S3Server("s3", "S3", versitygw)
PROXY = S3Server("s3proxy", "S3PROXY", s3proxy)
