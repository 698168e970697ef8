"""The audit log report for administrators, with an export of all entries.

Wagtail's own site history omits IP addresses, the entries' data, and objects without a model permission.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.log_actions import registry

from common.text import csv_cell, listed, one_line
from members.viewer import viewer_of

BATCH = 500
"""Entries read at a time while exporting."""


FACTS = {
    "names": _("Files"),
    "name": _("File"),
    "opened": _("Opened by the reviewer"),
    "reason": _("Reason"),
    "comment": _("To the submitter"),
}
"""What the report shows of an entry's data; the export has all of it."""


def _facts(data: dict[str, Any]) -> list[tuple[Any, str]]:
    shown = ((label, data.get(name)) for name, label in FACTS.items())
    return [(label, listed(value) if isinstance(value, list) else str(value)) for label, value in shown if value]


class AuditLog(LogEntriesView):
    page_title = _("Audit log")
    index_url_name = "audit_log"
    index_results_url_name = "audit_log_results"
    results_template_name = "members/audit_log_results.html"
    export_headings = LogEntriesView.export_headings | {
        "email": _("E-mail"),
        "address": _("Network address"),
        "details": _("Details"),
        "revision_id": _("Revision"),
    }
    list_export = [
        "timestamp",
        "user_display_name",
        "email",
        "address",
        "action",
        "content_type",
        "object_id",
        "label",
        "details",
        "revision_id",
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not viewer_of(request.user).is_administrator:
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.is_export:
            exported: HttpResponseBase = self.as_spreadsheet(self._entries(), request.GET["export"])
            return exported
        answer: HttpResponseBase = super().get(request, *args, **kwargs)
        return answer

    def get_filtered_queryset(self) -> Any:
        """As Wagtail's, but with the entries of all models."""
        self.log_models = list(registry.get_log_entry_models())
        parts = [
            self.filter_queryset(
                model.objects.values("pk", "timestamp").annotate(
                    log_model_index=Value(index, output_field=IntegerField())
                )
            ).order_by()
            for index, model in enumerate(self.log_models)
        ]
        return parts[0].union(*parts[1:], all=True).order_by("-timestamp")

    def decorate_paginated_queryset(self, queryset: Any) -> list[Any]:
        """The entries of one page, with ``address`` and ``facts`` for the template."""
        entries: list[Any] = super().decorate_paginated_queryset(queryset)
        for entry in entries:
            entry.address = entry.data.get("address", "")
            entry.facts = _facts(entry.data)
        return entries

    def get_filename(self) -> str:
        return f"audit-log-{timezone.localdate().isoformat()}"

    def _entries(self) -> Iterator[Any]:
        """Entries of all models, newest first, read in batches so that memory stays flat."""

        def each(model: Any) -> Iterator[Any]:
            entries: QuerySet[Any] = self.filter_queryset(model.objects.all())
            return entries.select_related("user", "content_type").order_by("-timestamp").iterator(BATCH)

        models = registry.get_log_entry_models()
        return heapq.merge(*map(each, models), key=lambda entry: entry.timestamp, reverse=True)

    def to_row_dict(self, item: Any) -> Any:
        data = dict(item.data)
        item.address = data.pop("address", "")
        item.details = json.dumps(data, ensure_ascii=False, sort_keys=True) if data else ""
        item.email = item.user.email if item.user else ""
        row = super().to_row_dict(item)
        # In local time without a zone, as spreadsheets have none.
        row["timestamp"] = timezone.localtime(item.timestamp).strftime("%Y-%m-%d %H:%M:%S")
        return {name: one_line(value) if isinstance(value, str) else value for name, value in row.items()}

    def write_csv_row(self, writer: Any, row_dict: Any) -> Any:
        safe = {name: csv_cell(value) if isinstance(value, str) else value for name, value in row_dict.items()}
        return super().write_csv_row(writer, safe)

    def stream_csv(self, queryset: Any) -> Iterator[bytes]:
        # Excel needs the byte order mark to read UTF-8.
        yield "\ufeff".encode()
        yield from super().stream_csv(queryset)
