"""Loads what web processes need before they serve users. Used by library/serving/gunicorn.py.

The parent loads code and dictionaries, whose memory its processes then share. Each process requests the most visited pages
inside itself, because open indexes, connections and threads don't survive a fork: templates, routes and the index load on
first use, which takes 0.5 to 2 s, and without this the first user of each process would wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.db import connections
from django.template import engines
from django.urls import get_resolver

log = logging.getLogger(__name__)

PAGES = ("/", "/search/")
"""Neither writes anything: a search without words is not counted."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]
"""Django's WSGI handler, whose responses can be closed (PEP 3333)."""


def load_shared() -> None:
    """Load code and dictionaries in gunicorn's parent, and leave it without open connections.

    Never raises: a process loads the rest by itself.
    """
    try:
        _load_shared()
    except Exception:
        log.warning("the parent could not load everything in advance", exc_info=True)
    finally:
        connections.close_all()


def _load_shared() -> None:
    # Every view with its templates' tags and models; not before the settings are loaded.
    from search.analysis.segmenter import segmenter
    from search.engine_provider import read_dictionary

    get_resolver().resolve("/healthz")
    for engine in engines.all():
        engine.get_template("base.html")
    segmenter(read_dictionary())


def warm(application: Application, pages: Iterable[str] = PAGES) -> list[int]:
    """Request ``pages`` from ``application``; returns the statuses.

    Never raises: the process would still work.
    """
    try:
        return [_get(application, page) for page in pages]
    except Exception:
        log.warning("the first pages could not be requested in advance", exc_info=True)
        return []


def _get(application: Application, path: str) -> int:
    site = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "HTTP_HOST": site.netloc,
        "REMOTE_ADDR": "127.0.0.1",
        # As the proxy sets it; without it production would redirect to HTTPS.
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
        "QUERY_STRING": "",
    }
    setup_testing_defaults(environ)
    statuses: list[int] = []
    with closing(application(environ, lambda status, *_rest: statuses.append(int(status.split()[0])))) as response:
        for _part in response:
            pass
    return statuses[0]
