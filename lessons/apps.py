from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("lessons")

    def ready(self) -> None:
        from lessons import slots
        from lessons.services.exports.building import FOLDER
        from lessons.services.exports.requests import may_fetch
        from lessons.services.exports.subject_kinds import register_kinds
        from resources.delivery.entitlement import register_check

        slots.register()
        register_kinds()
        register_check(FOLDER, may_fetch)
