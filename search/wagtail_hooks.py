"""Search in the Wagtail admin: synonyms and dictionary for editors, system health for administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from members.viewer import viewer_of
from search.admin import effect_views, health_views
from search.admin.permissions import NeverAdded
from search.admin.viewsets import SearchWordsGroup
from search.models import Wish

# First: the viewset looks for the policy of its model.
register_permission_policy(Wish, NeverAdded(Wish))
register_snippet(SearchWordsGroup)


@hooks.register("register_admin_urls")
def register_urls() -> list[URLPattern]:
    return [
        path("health/", health_views.health, name="system_health"),
        path("effect/synonyms/", effect_views.synonyms, name="synonym_effect"),
        path("effect/dictionary/", effect_views.dictionary, name="dictionary_effect"),
    ]


@hooks.register("insert_global_admin_js")
def link_scripts_of_words() -> SafeString:
    scripts = ((static(f"search/{name}.js"),) for name in ("effect", "word-chips"))
    return format_html_join("", '<script type="module" src="{}"></script>', scripts)


class HealthMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return viewer_of(request.user).is_administrator


@hooks.register("register_reports_menu_item")
def register_health_menu_item() -> MenuItem:
    return HealthMenuItem(_("System health"), reverse("system_health"), icon_name="cog", order=10)


@hooks.register("register_log_actions")
def register_audit_actions(actions: Any) -> None:
    actions.register_action("search.wished", _("Say what is missing"), _("Told the editors what is missing"))
    actions.register_action("search.rebuild", _("Rebuild the index"), _("Rebuild of the search index asked for"))
