"""Reads, types and checks the environment variables of services, URLs and secrets, once.

A half-configured service stops the start with one sentence that names the missing variable. Numbers of the web process
are read where they are used: serving/gunicorn.py, serving/worker.py, settings/base.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

from library.service_urls import MailServer, checked_database_url, host_of, mail_server, web_url, web_urls

ROOT = Path(__file__).resolve().parent.parent
DEMO_SECRET_KEY = "demo-key-for-trying-out-only-never-in-production"  # noqa: S105 - refused by production


@dataclass(frozen=True)
class Environment:
    """The operator's settings. Paths are absolute; URLs are as given."""

    debug: bool
    secret_key: str
    base_url: str
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    var: Path
    database_url: str
    search_url: str
    search_prefix: str
    embedding: str
    s3: dict[str, str]
    store_accel_prefix: str
    mail: MailServer | None
    email_from: str
    demo: bool
    behind_proxy: bool
    clamd: str


S3_REQUIRED = ("S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY")
S3_OPTIONAL = (
    "S3_ENDPOINT",
    "S3_PUBLIC_ENDPOINT",
    "S3_REGION",
    "S3_ADDRESSING_STYLE",
    "S3_SIGNATURE_VERSION",
    "S3_CHECKSUM_MODE",
)


def read(*, debug: bool = False) -> Environment:
    """Read and check the environment. Raises ImproperlyConfigured with one sentence."""
    env = Env()
    dotenv = ROOT / ".env"
    if dotenv.is_file():
        env.read_env(str(dotenv), recurse=False)
    try:
        var = Path(env.str("LIBRARY_VAR", str(ROOT / "var"))).resolve()
        base_url = web_url("BASE_URL", env.str("BASE_URL", "http://127.0.0.1:8000"))
        return Environment(
            debug=env.bool("DEBUG", debug),
            secret_key=env.str("SECRET_KEY", DEMO_SECRET_KEY),
            base_url=base_url,
            allowed_hosts=tuple(env.list("ALLOWED_HOSTS", [host_of(base_url), "127.0.0.1", "localhost"])),
            trusted_origins=tuple(env.list("CSRF_TRUSTED_ORIGINS", [base_url])),
            var=var,
            database_url=checked_database_url(
                "DATABASE_URL", env.str("DATABASE_URL", f"sqlite:///{var / 'db.sqlite3'}")
            ),
            search_url=web_urls("SEARCH_URL", env.str("SEARCH_URL", "")),
            search_prefix=env.str("SEARCH_PREFIX", "library"),
            embedding=env.str("EMBEDDING", "bundled"),
            s3=_s3(env),
            store_accel_prefix=env.str("STORE_ACCEL_PREFIX", ""),
            mail=mail_server("EMAIL_URL", env.str("EMAIL_URL", "")),
            email_from=env.str("EMAIL_FROM", "library@localhost"),
            demo=env.bool("LIBRARY_DEMO", False),
            behind_proxy=env.bool("BEHIND_PROXY", False),
            clamd=env.str("CLAMD_ADDRESS", ""),
        )
    except EnvError as error:
        raise ImproperlyConfigured(f"The environment can't be read: {error}") from error


def _s3(env: Env) -> dict[str, str]:
    given = {name: env.str(name, "") for name in (*S3_REQUIRED, *S3_OPTIONAL)}
    given = {name: value for name, value in given.items() if value}
    missing = [name for name in S3_REQUIRED if name not in given]
    if given and missing:
        raise ImproperlyConfigured(
            f"S3 is half configured: {', '.join(sorted(given))} given, {', '.join(missing)} missing. "
            "Set all of S3_BUCKET, S3_ACCESS_KEY and S3_SECRET_KEY, or none of the S3_* variables."
        )
    for name in ("S3_ENDPOINT", "S3_PUBLIC_ENDPOINT"):
        if name in given:
            given[name] = web_url(name, given[name])
    return given
