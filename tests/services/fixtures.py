"""The services as pytest fixtures, started on first use and left running.

Where a service can't be had, its tests skip with the reason on a developer's machine and fail when ``CI`` is set.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.services import supply
from tests.services.processes import CannotStart


@dataclass(frozen=True)
class S3Settings:
    """One S3 server. All tests on this machine share the bucket: use your own key prefix."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str
    addressing_style: str


def need(name: str) -> dict[str, str]:
    """The variables of a running service, or skip (fail in CI)."""
    try:
        return supply.up(name)
    except CannotStart as reason:
        if supply.required():
            pytest.fail(f"{name} is needed in CI: {reason}", pytrace=False)
        pytest.skip(f"{name} is not available: {str(reason).splitlines()[0]}")


def s3(name: str, prefix: str) -> S3Settings:
    env = need(name)
    return S3Settings(**{field: env[f"{prefix}_{field.upper()}"] for field in S3Settings.__dataclass_fields__})


@pytest.fixture(scope="session")
def postgres_url() -> str:
    return need("postgres")["DATABASE_URL"]


@pytest.fixture(scope="session")
def elasticsearch_url() -> str:
    return need("elasticsearch")["SEARCH_URL"]


@pytest.fixture(scope="session")
def s3_settings() -> S3Settings:
    return s3("s3", "S3")


@pytest.fixture(scope="session")
def s3proxy_settings() -> S3Settings:
    return s3("s3proxy", "S3PROXY")
