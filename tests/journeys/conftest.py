"""Running sites for journeys: the embedded default, and PostgreSQL + Elasticsearch + S3."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.databases import new_postgres
from tests.journeys.site import Site, running
from tests.services.fixtures import S3Settings

PROFILES = ("embedded", "services")


def services_environment(database: str, search: str, s3: S3Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": new_postgres(database),
        "SEARCH_URL": search,
        "SEARCH_PREFIX": f"journey-{uuid.uuid4().hex[:8]}",
        "S3_ENDPOINT": s3.endpoint,
        "S3_BUCKET": s3.bucket,
        "S3_ACCESS_KEY": s3.access_key,
        "S3_SECRET_KEY": s3.secret_key,
        "S3_REGION": s3.region,
        "S3_ADDRESSING_STYLE": s3.addressing_style,
    }


@pytest.fixture(scope="module", params=PROFILES)
def site(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site of each profile, with schools a and b and their people."""
    extra: dict[str, str] = {}
    if request.param == "services":
        extra = services_environment(
            request.getfixturevalue("postgres_url"),
            request.getfixturevalue("elasticsearch_url"),
            request.getfixturevalue("s3_settings"),
        )
    with running(tmp_path_factory.mktemp("site"), extra) as started:
        if extra:
            started.manage("prepare_store")
        started.python("from tests.journeys.seed import people\npeople()")
        yield started


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN"}
