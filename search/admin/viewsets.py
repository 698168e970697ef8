"""Synonyms and dictionary words in the Wagtail admin."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet, SnippetViewSetGroup

from resources.admin.columns import YesNoColumn
from search.admin.effect_views import EffectPanel
from search.admin.proposed_words import ProposedWordsPanel
from search.models import DictionaryTerm, SynonymGroup, Wish

LONGEST = 100
"""Characters of a query that may be filled in."""


class AddSynonyms(CreateView):
    """``?words=`` fills in the first word, as the list of searches in vain does."""

    def get_initial_form_instance(self) -> SynonymGroup:
        return SynonymGroup(words=self.request.GET.get("words", "")[:LONGEST])


def _edit_url(group: SynonymGroup) -> str:
    return reverse(SynonymGroup.snippet_viewset.get_url_name("edit"), args=[group.pk])  # type: ignore[attr-defined]


class SynonymGroupViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "list-ul"
    menu_label = _("Synonyms")
    list_display = [
        # A bare Column as the first one would lead nowhere: Wagtail makes links only of names.
        TitleColumn("__str__", label=_("Words"), sort_key="words", get_url=_edit_url),
        "note",
        YesNoColumn("active", label=_("May be used")),
    ]
    list_filter = ["active"]
    search_fields = ["words", "note"]
    # Search these rows by the database: Wagtail's own search index holds nothing of ours.
    search_backend_name = None
    add_to_reference_index = False
    add_view_class = AddSynonyms
    panels = [
        FieldPanel("words"),
        ProposedWordsPanel(),
        EffectPanel("synonym_effect"),
        FieldPanel("note"),
        FieldPanel("active"),
    ]


class DictionaryTermViewSet(SnippetViewSet):
    model = DictionaryTerm
    icon = "openquote"
    menu_label = _("Dictionary")
    list_display = ["text", "note", YesNoColumn("active", label=_("May be used"))]
    list_filter = ["active"]
    search_fields = ["text", "note"]
    search_backend_name = None
    add_to_reference_index = False
    panels = [FieldPanel("text"), EffectPanel("dictionary_effect"), FieldPanel("note"), FieldPanel("active")]


class WishViewSet(SnippetViewSet):
    model = Wish
    icon = "comment"
    menu_label = _("Missing resources")
    list_display = [
        "__str__",
        "query",
        Column("user", label=_("From"), accessor=lambda wish: wish.user or _("Visitor")),
        "created",
        Column("done", label=_("State"), accessor=lambda wish: _("dealt with") if wish.done else _("to be read")),
    ]
    list_filter = ["done"]
    search_fields = ["text", "query", "note"]
    search_backend_name = None
    add_to_reference_index = False
    copy_view_enabled = False


class SearchWordsGroup(SnippetViewSetGroup):
    items = (SynonymGroupViewSet, DictionaryTermViewSet, WishViewSet)
    menu_label = _("Search words")
    menu_icon = "search"
    menu_order = 320
