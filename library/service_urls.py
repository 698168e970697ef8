"""Parses and checks the URLs of services from the environment.

Errors are one sentence that names the variable and never the value, which may contain a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """``starttls``: encrypted after the greeting; ``tls``: from the first byte."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def web_url(name: str, value: str) -> str:
    """``http(s)://host[:port]``, without a slash at its end."""
    parts = _split(name, value, ("http", "https"), "http://host:9200 or https://host")
    if parts.path.strip("/") or parts.query:
        raise ImproperlyConfigured(f"{name} must end after the host and port: nothing of ours runs below a path.")
    return value.rstrip("/")


def web_urls(name: str, value: str) -> str:
    """Several, separated by commas. A path is fine: a proxy may give a cluster one."""
    each = [one.strip() for one in value.split(",") if one.strip()]
    for one in each:
        _split(name, one, ("http", "https"), "http://host:9200, several separated by commas")
    return ",".join(each)


def checked_database_url(name: str, value: str) -> str:
    like = "postgres://user:password@host/name or sqlite:////path/to/file"
    if value.startswith("sqlite:///"):
        return value
    parts = _split(name, value, ("postgres", "postgresql"), like, host=False)
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} names no database; it looks like {like}.")
    return value


def mail_server(name: str, value: str) -> MailServer | None:
    """``smtp+tls://user:password@host:587``.

    User and password may be percent-encoded, and must be for @ : / # ? %.
    """
    if not value:
        return None
    parts = _split(name, value, tuple(MAIL_PORTS), "smtp+tls://user:password@host:587 (or smtps://, smtp://)")
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )


def host_of(url: str) -> str:
    """The host as ALLOWED_HOSTS wants it: IPv6 in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _split(name: str, value: str, schemes: tuple[str, ...], like: str, *, host: bool = True) -> SplitResult:
    refusal = f"{name} can't be understood; it looks like {like}, with %-codes for special characters in a password."
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        # The message of the original error would repeat a part of the password.
        raise ImproperlyConfigured(refusal) from None
    wrong = parts.scheme not in schemes or (host and not parts.hostname) or port == 0
    # A # that was not encoded ends the URL in the middle of a password.
    if wrong or parts.fragment or any(character.isspace() for character in value):
        raise ImproperlyConfigured(refusal)
    return parts
