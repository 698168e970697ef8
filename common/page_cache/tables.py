"""Which rows change the content stamp: those of every table, except for what this module lists.

Tables of apps above are named in SQL here, because triggers know no models. A new table counts until it is listed, and
a test compares the list with what public pages read.
"""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

UNSTAMPED = frozenset(
    {
        # Framework: sessions, jobs, leases, search index of the admin, editing sessions.
        "common_backupreport",
        "common_contentstamp",
        "common_lease",
        "django_session",
        "django_tasks_database_dbtaskresult",
        "wagtailadmin_admin",
        "wagtailadmin_editingsession",
        "wagtailadmin_formstate",
        "wagtailcore_apitoken",
        "wagtailcore_referenceindex",
        "wagtailcore_uploadedfile",
        "wagtailsearch_indexentry",
        "wagtailsearch_indexentry_fts",
        "wagtailusers_userprofile",
        # Logs and messages that only signed-in users see.
        "members_invitation",
        "mfa_authenticator",
        "usersessions_usersession",
        "members_notice",
        "members_noticedelivery",
        "wagtailcore_modellogentry",
        "wagtailcore_pagelogentry",
        "wagtailcore_pagesubscription",
        # Lists, lessons, exports and class links: only signed-in users and students with a link see them.
        "lessons_classlink",
        "lessons_exportjob",
        "lessons_exportsource",
        "lessons_lesson",
        "lessons_lessonitem",
        "lessons_lessonpart",
        "lessons_lessonshare",
        "lessons_listentry",
        "lessons_resourcelist",
        # The review.
        "resources_alliancereviewtask",
        "resources_aspectverdict",
        "resources_commitment",
        "resources_publishingfailure",
        "resources_reviewdecision",
        "resources_schoolreviewtask",
        "wagtailcore_comment",
        "wagtailcore_commentreply",
        "wagtailcore_taskstate",
        "wagtailcore_workflowstate",
        # Uploads that are no file of a resource yet.
        "resources_uploadsession",
        # What readers search for, miss, and which searches failed.
        "search_lackingvectors",
        "search_passagevector",
        "search_querylog",
        "search_searchfailure",
        "search_wish",
        # Usage: counted at every view. Pages may show counts that are as old as a page may become.
        "resources_dailyusage",
        "resources_resourcestats",
        "resources_usageevent",
    }
)

UNSTAMPED_COLUMNS = {
    "members_user": {"last_login"},
    "resources_resource": {
        "has_unpublished_changes",
        "latest_revision_id",
        "locked",
        "locked_at",
        "locked_by_id",
    },
    "search_indexstate": {"last_version"},
    "search_rebuildrequest": {"total", "written"},
    "wagtailcore_page": {
        "draft_title",
        "has_unpublished_changes",
        "latest_revision_created_at",
        "latest_revision_id",
        "locked",
        "locked_at",
        "locked_by_id",
    },
}
"""Columns written while drafts are saved and users sign in. Public pages do not show them."""

_PUBLISHED_RESOURCE = (
    "EXISTS (SELECT 1 FROM resources_resource r WHERE r.id = {row}.resource_id AND r.first_published_at IS NOT NULL)"
)
_PUBLISHED_REVISION = "EXISTS (SELECT 1 FROM resources_publishedversion v WHERE v.revision_id = {revision})"
_PUBLISHED_BYTES = (
    "EXISTS (SELECT 1 FROM resources_revisionfile f"
    " JOIN resources_publishedversion v ON v.revision_id = f.revision_id"
    " WHERE f.blob_id = {blob} OR f.blob_id IN (SELECT b.id FROM resources_fileblob b WHERE b.duplicate_of_id = {blob}))"
)

CONDITIONS = {
    "resources_resource": "{row}.first_published_at IS NOT NULL",
    "resources_resource_age_bands": _PUBLISHED_RESOURCE,
    "resources_resource_audiences": _PUBLISHED_RESOURCE,
    "resources_resource_care_domains": _PUBLISHED_RESOURCE,
    "resources_resource_course_units": _PUBLISHED_RESOURCE,
    "resources_resource_levels": _PUBLISHED_RESOURCE,
    "resources_resource_programmes": _PUBLISHED_RESOURCE,
    "resources_resourcefile": _PUBLISHED_RESOURCE,
    "resources_fileblob": _PUBLISHED_BYTES.replace("{blob}", "{row}.id"),
    "resources_filepage": _PUBLISHED_BYTES.replace("{blob}", "{row}.blob_id"),
    "resources_filepreview": _PUBLISHED_BYTES.replace("{blob}", "{row}.blob_id"),
    "resources_revisionfile": _PUBLISHED_REVISION.replace("{revision}", "{row}.revision_id"),
    "wagtailcore_revision": _PUBLISHED_REVISION.replace("{revision}", "{row}.id"),
}
"""Rows that count only where this holds before or after the change: drafts and uploads change no public page."""


def stamped_models() -> dict[str, type[Model]]:
    """By table: the models whose rows change the content stamp."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {table: model for table, model in sorted(models.items()) if table not in UNSTAMPED and model._meta.managed}
