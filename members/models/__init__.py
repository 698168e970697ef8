from members.models.invitation import Invitation
from members.models.membership import Membership
from members.models.notice import Notice, NoticeDelivery
from members.models.school import School
from members.models.user import User

__all__ = ["Invitation", "Membership", "Notice", "NoticeDelivery", "School", "User"]
