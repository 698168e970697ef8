"""The previews beside the forms of the editors' words, served by Wagtail into its side panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from search.admin.synonym_preview import cuts_of, effects_of
from search.engines import EngineUnavailable
from search.models import DictionaryTerm, SynonymGroup


def show_effects(request: HttpRequest, group: SynonymGroup) -> HttpResponse:
    return _show(request, "search/admin/synonym_preview.html", lambda: effects_of(group, who=request.user))


def show_cuts(request: HttpRequest, term: DictionaryTerm) -> HttpResponse:
    return _show(request, "search/admin/dictionary_preview.html", lambda: cuts_of(term, who=request.user))


def _show(request: HttpRequest, template: str, ask: Callable[[], Any]) -> HttpResponse:
    try:
        found = ask()
    except EngineUnavailable:
        found = None
    return render(request, template, {"found": found, "is_away": found is None})
