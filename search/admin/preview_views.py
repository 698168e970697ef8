"""Wagtail's preview panel beside the forms for synonyms and dictionary words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from wagtail.snippets.views.snippets import PreviewOnCreateView, PreviewOnEditView
from wagtail.utils.decorators import xframe_options_sameorigin_override

from search.admin.synonym_preview import segmentation_effect, synonym_effects
from search.engines import EngineUnavailable
from search.models import DictionaryTerm, SynonymGroup


class _EffectPreview:
    """Show what the form's values would do. Wagtail's own view would render the model's page instead."""

    template: ClassVar[str]

    def effect(self, entry: Any, user: Any) -> Any:
        raise NotImplementedError

    @method_decorator(xframe_options_sameorigin_override)
    def get(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(self._get_form_data(self._get_form_state()))
        if not self.validate_form(form):
            response: HttpResponse = self.error_response()
            return response
        return _show(request, self.template, lambda: self.effect(form.save(commit=False), request.user))


class _SynonymPreview(_EffectPreview):
    template = "search/admin/synonym_preview.html"

    def effect(self, entry: SynonymGroup, user: Any) -> Any:
        return synonym_effects(entry, who=user)


class _DictionaryPreview(_EffectPreview):
    template = "search/admin/dictionary_preview.html"

    def effect(self, entry: DictionaryTerm, user: Any) -> Any:
        return segmentation_effect(entry, who=user)


class SynonymPreviewOnAdd(_SynonymPreview, PreviewOnCreateView):
    pass


class SynonymPreviewOnEdit(_SynonymPreview, PreviewOnEditView):
    pass


class DictionaryPreviewOnAdd(_DictionaryPreview, PreviewOnCreateView):
    pass


class DictionaryPreviewOnEdit(_DictionaryPreview, PreviewOnEditView):
    pass


def _show(request: HttpRequest, template: str, ask: Callable[[], Any]) -> HttpResponse:
    try:
        found = ask()
    except EngineUnavailable:
        found = None
    return render(request, template, {"found": found, "is_away": found is None})
