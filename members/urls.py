"""URLs of account pages.

They come before allauth's and the admin's, because some of theirs are replaced here.
"""

from django.urls import URLPattern, URLResolver, path

from members.views import account, admin_login, join

urlpatterns: list[URLPattern | URLResolver] = [
    # Wagtail's own login would bypass the rate limits.
    path("cms/login/", admin_login.cms_gate, name="cms_gate"),
    # Wagtail's login for private pages.
    path("_util/login/", admin_login.sign_in),
    path("accounts/", account.account, name="account"),
    # allauth's overview of second factors; ours is on the account page.
    path("accounts/2fa/", account.to_account),
    path("join/<str:token>/", join.join, name="join"),
    # Only administrators change e-mail addresses and create accounts there; invitations create theirs at join/.
    path("accounts/email/", admin_login.not_found),
    path("accounts/signup/", admin_login.not_found),
]
