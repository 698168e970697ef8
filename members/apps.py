from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from wagtail.admin.views.mixins import SpreadsheetExportMixin
        from wagtail.permissions import register_permission_policy

        from common.page_cache import share_by
        from common.text import csv_cell
        from members import receivers  # noqa: F401 - connects the seeding of groups
        from members.admin.permissions import NeverDeleted
        from members.models import Membership, School, User
        from members.viewer import viewer_of

        share_by(lambda user: viewer_of(user).for_reading())
        for model in (School, User, Membership):
            register_permission_policy(model, NeverDeleted(model))
        # Wagtail's own reports: their XLSX guards against formulas, their CSV does not.
        SpreadsheetExportMixin.custom_value_preprocess[str] = {SpreadsheetExportMixin.FORMAT_CSV: csv_cell}
