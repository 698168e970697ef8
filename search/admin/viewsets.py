"""Synonyms and dictionary words in the Wagtail admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from search.admin import preview_views
from search.models import DictionaryTerm, SynonymGroup


class SynonymGroupViewSet(SnippetViewSet):
    model = SynonymGroup
    icon = "list-ul"
    menu_label = _("Synonyms")
    list_display = [
        Column("__str__", label=_("Words"), sort_key="words"),
        "note",
        BooleanColumn("active", label=_("May be used")),
    ]
    list_filter = ["active"]
    search_fields = ["words", "note"]
    # Search these rows by the database: Wagtail's own search index holds nothing of ours.
    search_backend_name = None
    add_to_reference_index = False
    preview_on_add_view_class = preview_views.SynonymPreviewOnAdd
    preview_on_edit_view_class = preview_views.SynonymPreviewOnEdit


class DictionaryTermViewSet(SnippetViewSet):
    model = DictionaryTerm
    icon = "openquote"
    menu_label = _("Dictionary")
    list_display = ["text", "note", BooleanColumn("active", label=_("May be used"))]
    list_filter = ["active"]
    search_fields = ["text", "note"]
    search_backend_name = None
    add_to_reference_index = False
    preview_on_add_view_class = preview_views.DictionaryPreviewOnAdd
    preview_on_edit_view_class = preview_views.DictionaryPreviewOnEdit


class SearchWordsGroup(SnippetViewSetGroup):
    items = (SynonymGroupViewSet, DictionaryTermViewSet)
    menu_label = _("Search words")
    menu_icon = "search"
    menu_order = 320
