"""The tests that run a second time on PostgreSQL, because it may answer them differently: `python -m tests.postgres`.

Everything else runs once, on SQLite: roles crossed with pages (the queries of every rule run here, from test_table.py),
page images and extractors, storage, the engines and the pages of results.
"""

from __future__ import annotations

LOCKS = "row locks, transactions of several connections, or what happens after a constraint fails inside one"
TEXT = (
    "text that PostgreSQL refuses or compares differently: NUL, lengths, integers out of range, upper case, collation"
)
QUERIES = "SQL that Django writes differently: JSON, DISTINCT, aggregates, subqueries, ordering of NULL"

TESTS: dict[str, str] = {
    "tests/common/test_tasks.py": LOCKS,
    "tests/common/test_wake.py": LOCKS,
    "tests/hostile/test_hostile_requests.py": TEXT,
    "tests/home/test_admin.py": LOCKS,
    "tests/home/test_chooser.py": QUERIES,
    "tests/home/test_pages.py": QUERIES,
    "tests/library/test_busy_database.py": LOCKS,
    "tests/members/test_administration.py": TEXT,
    "tests/members/test_audit_log.py": QUERIES,
    "tests/members/test_joining.py": LOCKS,
    "tests/members/test_mail.py": LOCKS,
    "tests/members/test_notifications.py": LOCKS,
    "tests/members/test_sign_in.py": TEXT,
    "tests/resources/admin/test_viewsets.py": TEXT,
    "tests/resources/catalogue/test_feeds.py": QUERIES,
    "tests/resources/delivery/test_downloads.py": LOCKS,
    "tests/resources/delivery/test_revocation.py": LOCKS,
    "tests/resources/models": QUERIES,
    "tests/resources/pipeline/test_preview.py::test_processing_twice_keeps_pages_and_pictures": LOCKS,
    "tests/resources/pipeline/test_preview.py::test_progress_grows_page_by_page": LOCKS,
    "tests/resources/pipeline/test_retry_and_maintenance.py": LOCKS,
    "tests/resources/pipeline/test_unused_files.py": LOCKS,
    "tests/resources/pipeline/test_verification.py": LOCKS,
    "tests/resources/policies/test_lists.py": QUERIES,
    "tests/resources/policies/test_table.py::test_queryset_gives_what_the_policy_allows": QUERIES,
    "tests/resources/policies/test_versions.py": QUERIES,
    "tests/resources/publishing": LOCKS,
    "tests/resources/uploads/test_plain_upload.py": TEXT,
    "tests/resources/uploads/test_upload_api.py": LOCKS,
    "tests/resources/uploads/test_upload_fuzz.py": TEXT,
    "tests/resources/web/test_detail.py": QUERIES,
    "tests/resources/web/test_people.py": LOCKS,
    "tests/resources/web/test_my_resources.py": QUERIES,
    "tests/resources/web/test_notices.py": QUERIES,
    "tests/resources/web/test_refusals.py": TEXT,
    "tests/resources/web/test_report_form.py": TEXT,
    "tests/search/admin/test_admin.py": QUERIES,
    "tests/search/indexing": LOCKS,
    "tests/search/query/test_access.py": QUERIES,
    "tests/search/query/test_database_fallback.py": TEXT,
    "tests/search/query/test_facets.py": QUERIES,
    "tests/search/query/test_results_page.py::test_an_often_asked_query_is_offered_but_members_words_only_to_members": LOCKS,
    "tests/search/query/test_results_page.py::test_searches_are_counted_without_anybody": LOCKS,
    "tests/search/query/test_results_page.py::test_the_number_of_queries_does_not_grow_with_the_results": QUERIES,
    "tests/search/query/test_strange_queries.py": TEXT,
    "tests/test_database.py": LOCKS,
    "tests/test_factories.py": QUERIES,
    "tests/test_query_counts.py": QUERIES,
}
"""File, folder or test → why."""

if __name__ == "__main__":
    print("\n".join(TESTS))
