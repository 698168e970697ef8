from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from members import receivers  # noqa: F401 - connects the seeding of groups
        from members.models import Membership, School, User
        from members.permissions import NeverDeleted

        for model in (School, User, Membership):
            register_permission_policy(model, NeverDeleted(model))
