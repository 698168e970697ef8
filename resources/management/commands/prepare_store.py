"""Make the bucket ready: it exists, browsers of this site may send parts to it, and forgotten parts are thrown away.

Run once, and again after the site's address changes. Harmless to repeat. The local store needs nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from resources.storage import StoreUnavailable, get_store


class Command(BaseCommand):
    help = "Create the bucket if it is missing, allow this site's pages to use it (CORS), expire forgotten parts."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STORE["s3"]:
            self.stdout.write("Files are kept in a local folder; there is nothing to prepare.")
            return
        from resources.storage.s3 import S3Store

        store = get_store()
        assert isinstance(store, S3Store)  # noqa: S101 - by the settings just looked at
        origins = sorted({settings.STORE["base_url"], *settings.CSRF_TRUSTED_ORIGINS})
        try:
            for done in store.prepare(origins=origins, keep_parts_days=settings.UPLOAD_EXPIRY_HOURS // 24 + 4):
                self.stdout.write(done)
        except StoreUnavailable as error:
            raise CommandError(f"The bucket can't be prepared: {error}") from error
