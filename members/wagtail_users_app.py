"""Replaces "wagtail.users" in INSTALLED_APPS, to use our viewset for users."""

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleAdminConfig(WagtailUsersAppConfig):
    user_viewset = "members.admin.viewsets.PeopleViewSet"
