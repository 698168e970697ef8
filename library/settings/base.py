"""Settings shared by all profiles. Differences come from the environment (library/environment.py)."""

from __future__ import annotations

import os
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from common.csp import directives as csp_directives
from library.environment import ROOT, read
from library.settings.log_filters import without_traceback

ENVIRONMENT = read()
BASE_DIR = ROOT
VAR = ENVIRONMENT.var
try:
    # Before the file cache creates it with mode 0700: nginx sends files from below it.
    VAR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"LIBRARY_VAR: the folder can't be made: {error}") from error

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)
ROOT_URLCONF = "library.urls"
WSGI_APPLICATION = "library.wsgi.application"

INSTALLED_APPS = [
    "library",
    "common",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "members.wagtail_users_app.PeopleAdminConfig",  # wagtail.users, with our screens for people
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    # Ours come after wagtail.admin: its signal receivers must exist before they can be disconnected.
    "members",
    "resources",
    "search",
    "lessons",
    "home",
]

# The number library/serving/gunicorn.py starts; half of them may receive large bodies.
WEB_THREADS = int(os.environ.get("WEB_THREADS", "8"))
# For one IP address and web process; suggestions and pages four times as many. 0: no limit.
SEARCHES_PER_MINUTE = int(os.environ.get("SEARCHES_PER_MINUTE", "1200"))
MIDDLEWARE = [
    "common.middleware.RequestOrigin",
    "common.page_cache.shared_values.ContentStamp",
    "common.middleware.PermissionsPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.csp.ContentSecurityPolicy",
    "common.middleware.PersonalPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "library.serving.upload_concurrency.UploadConcurrency",
    "library.serving.reader_limits.ReaderLimits",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.second_factor.middleware.SecondFactorBeforeCms",
    "common.middleware.IncompleteForms",
    "common.middleware.ApiMethods",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "library" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "library.context_processors.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "common.templatetags.ui",
                "common.templatetags.slots",
            ],
        },
    }
]

# --- database. SQLite needs IMMEDIATE: a transaction that starts reading and then writes fails with "database is locked".
DATABASES = {"default": dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Connections stay open (conn_max_age): opening the file and reading the schema takes 1.5 ms.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL: committed transactions survive a power cut; it costs about 6 ms at p95.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- users
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/workspace/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "members.allauth_adapter.AccountAdapter"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "members.services.reset_tokens.ResetTokens"  # noqa: S105 - a class
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# The second factor: a code from a phone, or recovery codes. Addresses are proved by the mailed link that set the password.
MFA_ADAPTER = "members.second_factor.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
# One step of 30 seconds before and after: phones and servers disagree about the time.
MFA_TOTP_TOLERANCE = 1
# Editors and administrators need it before the CMS opens. A demonstration only offers it.
SECOND_FACTOR_REQUIRED = True
# Failed sign-ins count per account and IP address (members/allauth_adapter.py), so that a stranger can't lock a user out
# by guessing. The limits per account and per IP address alone are generous: a whole school may share one address.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "60/m/ip,5/15m/key",
    "login_failed_anywhere": "50/15m/key",
    "login": "120/m/ip",
    "reset_password": "30/m/ip,5/m/key",
    # Silent: the links of the mails already sent still work.
    "reset_password_mails": "10/d/key",
}
# On disk, so that rate limits count across the web processes of a machine. A full cache drops entries at random, so the
# marks of the query log, of which visitors can create any number, are kept apart from the limits on guessing passwords;
# and there are fewer, because each write lists the folder.
CACHES = {
    name: {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / folder),
        "OPTIONS": {"MAX_ENTRIES": most},
    }
    for name, folder, most in (
        ("default", "cache", 20_000),
        ("marks", "cache-marks", 1_000),
        ("pages", "cache-pages", 3_000),
    )
}
# How long a visitor's page may stay in the cache if nothing it shows changes; 0: not at all. Counts of views may lag by
# as much. Signed URLs in pages are valid for an hour, so it must stay far below.
PAGE_CACHE_SECONDS = min(0 if DEBUG else int(os.environ.get("PAGE_CACHE_SECONDS", "300")), 1800)

# --- languages: one URL per page, the cookie decides
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# The first wins. The second has texts of Wagtail that its own catalogue lacks.
LOCALE_PATHS = [ROOT / "locale", ROOT / "locale" / "wagtail"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files, and the CMS's own images and documents (course files never go there). home/views.py serves the images
# in every profile; with an object store they are stored there, so that every web machine has them.
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = [
    "library.serving.style_sheet.StyleSheetFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "home.media_storage.StoreMedia" if ENVIRONMENT.s3 else "home.media_storage.FolderMedia"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- course files
STORE: dict[str, Any] = {
    "folder": str(VAR / "store"),
    "s3": ENVIRONMENT.s3,
    "secret": SECRET_KEY,
    "base_url": ENVIRONMENT.base_url,
}
STORE_ACCEL_PREFIX = ENVIRONMENT.store_accel_prefix
CLAMD_ADDRESS = ENVIRONMENT.clamd
UPLOAD_MAX_BYTES = 20 * 1024**3
UPLOAD_EXPIRY_HOURS = 72
SCHOOL_QUOTA_BYTES = 500 * 1024**3

# --- search
SEARCH_URL = ENVIRONMENT.search_url
SEARCH_FOLDER = VAR / "search"
SEARCH_PREFIX = ENVIRONMENT.search_prefix
EMBEDDING = ENVIRONMENT.embedding

# --- background work
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["checks", "files", "exports", "default", "mail", "understanding"],
    }
}

# --- mail: sent by jobs, never inside a request
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if ENVIRONMENT.mail:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = ENVIRONMENT.mail.host
    EMAIL_PORT = ENVIRONMENT.mail.port
    EMAIL_HOST_USER = ENVIRONMENT.mail.user
    EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.password
    EMAIL_USE_TLS = ENVIRONMENT.mail.starttls
    EMAIL_USE_SSL = ENVIRONMENT.mail.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from

# --- Wagtail
WAGTAIL_SITE_NAME = "资源共享库"
WAGTAILADMIN_BASE_URL = ENVIRONMENT.base_url
WAGTAILADMIN_LOGIN_URL = "cms_gate"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "resources.publishing.workflow.publish_reviewed"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# The alliance has one time zone. In the full list, one name unknown to browsers breaks the account page's script.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# --- security
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": csp_directives(ENVIRONMENT.s3)}
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
# W019: Wagtail shows previews of our own pages in a frame of its admin.
SILENCED_SYSTEM_CHECKS = ["security.W019"]

DEMO = ENVIRONMENT.demo
SITE_NAME = _("Resource library")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"one_line": {"()": "django.utils.log.CallbackFilter", "callback": without_traceback}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.security.DisallowedHost": {"filters": ["one_line"]},
        # It says when a worker starts and when its queues are empty: at every wake-up (library/management/commands/worker.py).
        "django_tasks_db": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
