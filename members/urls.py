"""Addresses of people's own pages, before allauth's and the admin's: some of theirs are replaced here."""

from django.urls import URLPattern, URLResolver, path

from members.views import account, admin_login

urlpatterns: list[URLPattern | URLResolver] = [
    # Wagtail's own login would be a second door past the rate limits.
    path("cms/login/", admin_login.cms_gate, name="cms_gate"),
    # Another of Wagtail's, for private pages.
    path("_util/login/", admin_login.sign_in),
    path("accounts/", account.account, name="account"),
    # Addresses are the administrators' to change; nobody signs up.
    path("accounts/email/", admin_login.not_here),
    path("accounts/signup/", admin_login.not_here),
]
