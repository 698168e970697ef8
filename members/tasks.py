"""Paths by which jobs of older releases may still be in the queue (``members.tasks.*``)."""

from members.services.joining.mail import mail_invitation
from members.services.notifications import deliver_notice, mail_notice
from members.services.passwords import mail_password_link

__all__ = ["deliver_notice", "mail_invitation", "mail_notice", "mail_password_link"]
