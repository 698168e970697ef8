"""What edited synonyms and dictionary words would do, shown below their fields before they are saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from wagtail.admin.panels import Panel
from wagtail.permissions import policy_registry

from common.text import parse_id
from search.admin.word_effects import segmentation_effect, synonym_effects
from search.engines import EngineUnavailable
from search.models import DictionaryTerm, SynonymGroup


@require_POST
def synonyms(request: HttpRequest) -> HttpResponse:
    """The effect of the posted ``words``; ``effect_of``: the primary key of the group that is edited."""
    group = SynonymGroup(pk=_edited(request, SynonymGroup), words=request.POST.get("words", ""), active=True)
    return _show(request, "synonym", lambda: synonym_effects(group, who=request.user))


@require_POST
def dictionary(request: HttpRequest) -> HttpResponse:
    """The effect of the posted ``text``; ``effect_of``: the primary key of the word that is edited."""
    term = DictionaryTerm(pk=_edited(request, DictionaryTerm), text=request.POST.get("text", ""), active=True)
    term.clean()
    return _show(request, "dictionary", lambda: segmentation_effect(term, who=request.user))


def _edited(request: HttpRequest, model: type[models.Model]) -> int | None:
    if not policy_registry.get_by_type(model).user_has_any_permission(request.user, ["add", "change"]):
        raise PermissionDenied
    return parse_id(request.POST.get("effect_of"))


def _show(request: HttpRequest, name: str, ask: Callable[[], Any]) -> HttpResponse:
    """The result alone for the script of the form, a page of its own without it."""
    try:
        found = ask()
    except EngineUnavailable:
        found = None
    frame = "fragment" if request.headers.get("X-Requested-With") == "fetch" else "page"
    context = {"found": found, "is_away": found is None, "frame": f"search/admin/effect_{frame}.html"}
    return render(request, f"search/admin/{name}_effect.html", context)


class EffectPanel(Panel):
    """A button that shows the effect of the form's values, and the place of the result."""

    def __init__(self, url_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url_name = url_name

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "url_name": self.url_name}

    class BoundPanel(Panel.BoundPanel):
        template_name = "search/admin/effect_panel.html"
