from members.models.membership import Membership
from members.models.notice import Notice
from members.models.school import School
from members.models.user import User

__all__ = ["Membership", "Notice", "School", "User"]
