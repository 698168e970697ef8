"""Production: refuses to start with the demo key, DEBUG or demo content; HTTPS everywhere."""

from django.core.exceptions import ImproperlyConfigured

from library.environment import DEMO_SECRET_KEY
from library.settings.base import *  # noqa: F403
from library.settings.base import ENVIRONMENT

if ENVIRONMENT.debug:
    raise ImproperlyConfigured("DEBUG must be off in production; unset the DEBUG variable.")
if ENVIRONMENT.secret_key == DEMO_SECRET_KEY or len(ENVIRONMENT.secret_key) < 50:
    raise ImproperlyConfigured("SECRET_KEY must be your own, at least 50 characters; see docs/operator.md.")
if ENVIRONMENT.demo:
    raise ImproperlyConfigured(
        "LIBRARY_DEMO must be off in production: demo content and accounts are never loaded there."
    )

DEBUG = False
DEMO = False
SECURE_SSL_REDIRECT = True
# Health checks of containers and nginx use plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Browsers take these names only over HTTPS, for this host alone: a neighbouring host can't plant a session.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if ENVIRONMENT.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
