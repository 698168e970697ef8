"""Types of requests."""

from __future__ import annotations

from django.http import HttpRequest

from members.models import User


class AuthedRequest(HttpRequest):
    """A request behind ``login_required`` or the API's authentication.

    For type checks only: Django makes none.
    """

    user: User
