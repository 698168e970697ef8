"""Prepare the bucket: create it, allow this site's pages to use it, expire incomplete uploads.

Run it once, and again after the site's URL changes. It replaces its own rules only. The local store needs nothing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from resources.storage import StoreUnavailable, get_store


class Command(BaseCommand):
    help = "Create the bucket if it is missing, allow this site's pages to use it (CORS), expire incomplete uploads."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.STORE["s3"]:
            self.stdout.write("Files are kept in a local folder; there is nothing to prepare.")
            return
        # boto3 loads slowly, and manage.py imports every command for its list.
        from resources.storage.s3 import S3Store
        from resources.storage.s3_bucket import prepare

        store = get_store()
        assert isinstance(store, S3Store)  # noqa: S101 - settings.STORE["s3"] is set
        origins = sorted({settings.STORE["base_url"], *settings.CSRF_TRUSTED_ORIGINS})
        try:
            keep_parts_days = settings.UPLOAD_EXPIRY_HOURS // 24 + 4
            for done in prepare(store.client, store.bucket, origins=origins, keep_parts_days=keep_parts_days):
                self.stdout.write(done)
        except StoreUnavailable as error:
            raise CommandError(f"The bucket can't be prepared: {error}") from error
