"""The decorator of public views."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.template.response import SimpleTemplateResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from common.page_cache.kept_pages import KeptPage, keep, kept_page, load, one_maker
from common.page_cache.lifetime import end_of_values, watching
from common.page_cache.personal_parts import fill, is_personal
from common.page_cache.readers import NeedsPerson, is_of_readers, rights_of, without_person
from common.page_cache.shared_values import current_stamp
from common.page_cache.stamps import release

View = Callable[..., HttpResponseBase]
Count = Callable[[HttpRequest, Any], None]

LONGEST_QUERY = 1000
"""Characters of a query string. Pages with longer ones are not kept."""


def cached_page(
    *, parameters: Iterable[str] = (), for_everyone: bool = False, count: Count | None = None
) -> Callable[[View], View]:
    """Keep what the view answers until anything public changes. Those who may read the same share it.

    ``parameters``: all that the view reads of the query string; others are dropped, so that they make no keys.
    ``for_everyone``: signed-in users get the same page as visitors. ``count``: called for every page shown, with the facts
    that the view gave with ``count_with``.
    """
    known = frozenset(parameters)

    def decorate(view: View) -> View:
        @wraps(view, updated=())
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response, facts = _answer(view, known, for_everyone, request, args, kwargs)
            if count is not None and facts is not None:
                count(request, facts)
            return response

        answer.is_cached_page = True  # type: ignore[attr-defined] # a test asks every public view
        return answer

    return decorate


def count_with(response: HttpResponse, facts: Any) -> HttpResponse:
    """Have the page counted, with these facts, whenever it is shown: also from the cache."""
    response.page_facts = facts  # type: ignore[attr-defined]
    return response


def _answer(
    view: View, known: frozenset[str], for_everyone: bool, request: HttpRequest, args: Any, kwargs: Any
) -> tuple[HttpResponseBase, Any]:
    def own() -> tuple[HttpResponseBase, Any]:
        response = view(request, *args, **kwargs)
        return response, getattr(response, "page_facts", None)

    if not _is_shared(request, for_everyone):
        return own()
    rights = None
    stamp = current_stamp()
    if not for_everyone and settings.SESSION_COOKIE_NAME in request.COOKIES and (rights := rights_of(request)) is None:
        return own()
    if stamp is None or not _reduce_query(request, known):
        return own()
    asked = request if rights is None else without_person(request, rights)
    key = _key(request, rights)
    page = load(key)
    if page is None or not page.answers(stamp):
        with one_maker(key):
            page = load(key)
            if page is None or not page.answers(stamp):
                made, page = _make(lambda: view(asked, *args, **kwargs), asked, key, stamp, page)
                if page is None:
                    return own() if made is None else (made, getattr(made, "page_facts", None))
    return _respond(page, request, for_everyone), page.facts


def _is_shared(request: HttpRequest, for_everyone: bool) -> bool:
    if not settings.PAGE_CACHE_SECONDS or request.method not in ("GET", "HEAD"):
        return False
    return for_everyone or "messages" not in request.COOKIES


def _reduce_query(request: HttpRequest, known: frozenset[str]) -> bool:
    """Leave the known parameters, in a fixed order. False if they are too long to keep."""
    pairs = [(name, value) for name in sorted(request.GET) if name in known for value in request.GET.getlist(name)]
    query = urlencode(pairs)
    if len(query) > LONGEST_QUERY:
        return False
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)  # type: ignore[assignment]
    return True


def _key(request: HttpRequest, rights: Any) -> str:
    parts = (
        repr(rights),
        release(),
        request.scheme or "",
        request.get_host(),
        get_language() or "",
        request.get_full_path(),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _make(
    view: Callable[[], HttpResponseBase], request: HttpRequest, key: str, stamp: str, before: KeptPage | None
) -> tuple[HttpResponseBase | None, KeptPage | None]:
    """The response, and the page if it may be kept; no response if readers can't share it."""
    # Before the content too, as a moment may pass meanwhile.
    until = end_of_values(stamp)
    shared = is_of_readers(request)
    with watching() as incomplete:
        try:
            response = view()
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        except (NeedsPerson, Http404, PermissionDenied):
            if shared:
                return None, None
            raise
    if (
        incomplete
        or not isinstance(response, HttpResponse)
        or request.method != "GET"
        or not _may_be_kept(request, response)
    ):
        return None if shared else response, None
    facts = getattr(response, "page_facts", None)
    page = kept_page(response, stamp=stamp, until=until, facts=facts, before=before)
    keep(key, page)
    return response, page


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whole pages without cookies, CSRF token, message or change of the session."""
    if response.status_code != 200 or response.cookies:
        return False
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or request.session.modified:
        return False
    return "no-store" not in response.get("Cache-Control", "")


def _respond(page: KeptPage, request: HttpRequest, for_everyone: bool) -> HttpResponseBase:
    """The page, or 304 to a reader who has it. Readers ask each time, because pages change at any moment.

    If-Modified-Since alone is ignored: two versions may be of the same second.
    """
    if is_personal(page.body):
        return page.response(body=fill(page.body, request), without=("ETag", "Last-Modified"))
    response = page.response()
    response.headers.setdefault("Cache-Control", "no-cache" if for_everyone else "private, no-cache")
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return get_conditional_response(request, etag=page.etag, response=response) or response
