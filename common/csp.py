"""The Content Security Policy: strict for the site, with inline script and style for Wagtail's admin.

A view may set the header itself, as those that serve uploaded files do; django-csp then leaves it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

ADMIN = "/cms/"
ADMIN_EXTRA = {
    # Wagtail's forms contain inline script and style; there is no way yet to give them a nonce.
    "script-src": [UNSAFE_INLINE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["blob:"],
    "frame-src": [SELF],
}
"""What pages of the admin may do besides."""


def directives(s3: Mapping[str, str]) -> dict[str, list[str]]:
    """The site's policy. ``s3``: the store's settings; browsers load files from there."""
    files = [SELF, *_store_origins(s3)]
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [*files, "data:"],
        "media-src": files,
        "font-src": [SELF],
        "connect-src": files,
        "form-action": [SELF],
        "base-uri": [NONE],
        # SELF and not NONE: Wagtail's preview shows public pages in a frame of the admin.
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
    }


def _store_origins(s3: Mapping[str, str]) -> list[str]:
    endpoint = s3.get("S3_PUBLIC_ENDPOINT") or s3.get("S3_ENDPOINT")
    if not endpoint:
        # Without an endpoint boto3 uses AWS, whose hosts contain the region.
        return ["https://*.amazonaws.com"] if s3 else []
    parts = urlsplit(endpoint)
    is_virtual = s3.get("S3_ADDRESSING_STYLE") == "virtual"
    host = f"{s3['S3_BUCKET']}.{parts.netloc}" if is_virtual else parts.netloc
    return [f"{parts.scheme}://{host}"]


class ContentSecurityPolicy(CSPMiddleware):
    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN) and not report_only:
            extra: dict[str, Any] = dict(ADMIN_EXTRA)
            parts.update = extra | (parts.update or {})
        return parts
