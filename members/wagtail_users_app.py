"""Takes the place of "wagtail.users" in INSTALLED_APPS, so that its screens show people as we know them."""

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleAdminConfig(WagtailUsersAppConfig):
    user_viewset = "members.admin.viewsets.PeopleViewSet"
