"""Environment variables are understood, or stop the start with a sentence that names the variable."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from library.environment import read
from library.service_urls import MailServer


@pytest.fixture(autouse=True)
def bare(monkeypatch: Any) -> None:
    for name in ("BASE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "SEARCH_URL", "EMAIL_URL", "S3_ENDPOINT", "S3_BUCKET"):
        monkeypatch.delenv(name, raising=False)


def test_a_mailbox_with_special_characters_is_decoded(monkeypatch: Any):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://me%40qq.com:p%23w%2F1@smtp.qq.com:587")
    assert read().mail == MailServer("smtp.qq.com", 587, "me@qq.com", "p#w/1", starttls=True, tls=False)


@pytest.mark.parametrize(
    ("address", "port", "starttls", "tls"),
    [("smtp://mx", 25, False, False), ("smtp+tls://mx", 587, True, False), ("smtps://mx", 465, False, True)],
)
def test_a_mail_servers_scheme_says_its_port_and_encryption(
    monkeypatch: Any, address: str, port: int, starttls: bool, tls: bool
):
    monkeypatch.setenv("EMAIL_URL", address)
    assert read().mail == MailServer("mx", port, "", "", starttls, tls)


NONSENSE = [
    ("EMAIL_URL", "nonsense"),
    ("EMAIL_URL", "http://secret@mx"),
    ("EMAIL_URL", "smtp://"),
    ("EMAIL_URL", "smtp://me:secret#1@mx"),
    ("EMAIL_URL", "smtp://mx:port"),
    ("SEARCH_URL", "nonsense"),
    ("SEARCH_URL", "localhost:9200"),
    ("SEARCH_URL", "http://one:9200,two:9200"),
    ("SEARCH_URL", "http://:9200"),
    ("DATABASE_URL", "foo"),
    ("DATABASE_URL", "mysql://u:secret@h/n"),
    ("DATABASE_URL", "postgres://u:secret@h"),
    ("DATABASE_URL", "postgres://u:secret#1@h/n"),
    ("DATABASE_URL", "sqlite:/here"),
    ("BASE_URL", "library.example.edu"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://library.example.edu/shelf"),
    ("BASE_URL", "https://library.example.edu:x"),
    ("BASE_URL", "https://library .example.edu"),
    ("BASE_URL", "https://[::1"),
]


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_stops_the_start_with_a_sentence_that_keeps_secrets(monkeypatch: Any, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    assert str(refused.value).startswith(f"{name} ")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "postgres://user:p%23w@host:5433/name",
        "postgresql:///name",
        "postgres://%2Fvar%2Frun%2Fpostgresql/name",
        "postgres://u@h/name?sslmode=require",
        "sqlite:////srv/library/db.sqlite3",
        "sqlite:///:memory:",
    ],
)
def test_every_way_to_name_a_database_is_taken(monkeypatch: Any, value: str):
    monkeypatch.setenv("DATABASE_URL", value)
    assert read().database_url == value


def test_several_search_nodes_are_taken_with_spaces_between(monkeypatch: Any):
    monkeypatch.setenv("SEARCH_URL", "https://u:p@one:9200, http://two:9200/es/")
    assert read().search_url == "https://u:p@one:9200,http://two:9200/es/"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://library.example.edu/", "library.example.edu"),
        ("http://10.0.0.7:8000", "10.0.0.7"),
        ("http://[::1]", "[::1]"),
    ],
)
def test_the_host_of_the_site_is_allowed(monkeypatch: Any, address: str, host: str):
    monkeypatch.setenv("BASE_URL", address)
    assert read().allowed_hosts[0] == host
    assert read().base_url == address.rstrip("/")
