"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings.production")
application = get_wsgi_application()

# Imported after the set-up of Django, which its models need.
from members.demo_accounts import refuse_demo_accounts  # noqa: E402

refuse_demo_accounts()
