"""Signed-in users who may read the same share a page: a stand-in takes their place while it is made.

Whatever the page asks beyond the rights to read ends its making, so that nothing of one user gets into a shared page.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, NoReturn

from django.http import HttpRequest

RightsOf = Callable[[Any], Any]

_PERSONAL_HEADERS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE")
_rights_of: list[RightsOf] = []


class NeedsPerson(Exception):
    """A page asked for more than the rights to read, so it can't be shared."""


class Readers:
    """Stands for all signed-in users with the same rights to read."""

    is_authenticated = True
    is_anonymous = False
    is_active = True

    def __init__(self, rights: Any) -> None:
        self.rights = rights

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsPerson(name)

    def __str__(self) -> NoReturn:
        raise NeedsPerson("str")


class _NoSession:
    modified = False

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsPerson(f"session.{name}")

    def __getitem__(self, name: str) -> NoReturn:
        raise NeedsPerson(f"session[{name}]")

    def __contains__(self, name: str) -> NoReturn:
        raise NeedsPerson(f"session[{name}]")


def share_by(rights_of: RightsOf) -> RightsOf:
    """Register the function that gives a user's rights to read.

    Users whose rights have the same ``repr`` share a page.
    """
    _rights_of[:] = [rights_of]
    return rights_of


def rights_of(request: HttpRequest) -> Any:
    """None: the request's page can't be shared, as it will show a message, or the session is no user's."""
    if not _rights_of or not request.user.is_authenticated or "_messages" in request.session:
        return None
    return _rights_of[0](request.user)


def without_person(request: HttpRequest, rights: Any) -> HttpRequest:
    """The same request, with these rights and without the person who sent it."""
    shared = copy(request)
    for name in ("headers", "_messages"):
        shared.__dict__.pop(name, None)
    shared.META = {name: value for name, value in request.META.items() if name not in _PERSONAL_HEADERS}
    shared.COOKIES = {}
    shared.session = _NoSession()  # type: ignore[assignment]
    shared.user = Readers(rights)  # type: ignore[assignment]
    return shared


def is_of_readers(request: HttpRequest | None) -> bool:
    return isinstance(getattr(request, "user", None), Readers)
