"""Background work of the members app."""

from __future__ import annotations

from django.conf import settings

from library.common.tasks import job
from members.services import notices


@job(queue="mail")
def mail_notice(notice_id: int) -> None:
    notices.deliver(notice_id=notice_id, base_url=settings.ENVIRONMENT.base_url)
