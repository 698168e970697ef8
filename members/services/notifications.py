"""Tell a person something: in the site at once, by e-mail from a task."""

from __future__ import annotations

from django.utils import timezone, translation

from members.models import Notice, User
from members.services import mail


def tell(*, user: User, key: str, subject: str, body: str = "", path: str = "") -> Notice:
    """Store a notice and enqueue its e-mail, in the caller's transaction.

    ``key`` names the occasion; telling the same occasion twice is one notice. ``path`` is a path on this site.
    """
    from members.tasks import mail_notice

    notice, created = Notice.objects.get_or_create(
        key=key, defaults={"user": user, "subject": subject, "body": body, "path": path}
    )
    if created and user.is_active:
        mail_notice.enqueue(notice.pk)
    return notice


def mark_read(*, user: User) -> int:
    return Notice.objects.filter(user=user).unread().update(read_at=timezone.now())


def deliver(*, notice_id: int, base_url: str) -> None:
    """Send one notice by e-mail. May run twice; a sent one is left alone. Raises as mail.send does."""
    notice = Notice.objects.select_related("user").get(pk=notice_id)
    if notice.mailed_at:
        return
    with translation.override("zh-hans"):
        body = f"{notice.body}\n\n{base_url}{notice.path}\n" if notice.path else notice.body
        mail.send(to=notice.user.email, subject=notice.subject, text=body.strip())
    Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
