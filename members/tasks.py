"""The names of jobs as they are stored in the queue (``members.tasks.*``).

The jobs stand beside what they run.
"""

from members.services.notifications import deliver_notice, mail_notice
from members.services.passwords import mail_password_link

__all__ = ["deliver_notice", "mail_notice", "mail_password_link"]
