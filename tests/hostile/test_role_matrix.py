"""Every URL of the site for every role: who gets a page, and whose forms are accepted.

The URLs are the resolver's own. One that is not in the tables below fails the tests until it is written there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from members.models import User
from tests.factories import person
from tests.factories.cast import Cast, make_cast
from tests.hostile.test_hostile_requests import URLENCODED, addresses, encoded, forms_of

pytestmark = pytest.mark.django_db

ROLES = (
    "visitor",
    "stranger",
    "author",
    "teacher",
    "reviewer",
    "manager",
    "foreign manager",
    "editor",
    "administrator",
)
EVERYBODY = frozenset(ROLES)
SIGNED_IN = EVERYBODY - {"visitor"}
MEMBERS = SIGNED_IN - {"editor", "administrator"}
STAFF = frozenset({"editor", "administrator"})
REVIEWING = STAFF | {"reviewer", "manager", "foreign manager"}
OF_THE_DRAFT = STAFF | {"author", "reviewer", "manager"}
OF_THE_PEOPLE = frozenset({"manager", "administrator"})
NONE: frozenset[str] = frozenset()

PUBLIC = """resource resource_pages resource_qr resource_report download schools school feed school_feed search wish suggest
    similar join class_page home sitemap sitemap_section news_feed news_category_feed robots healthz set_language"""
ONLY_POST = """plain_upload draft_create draft_file_order draft_split draft_file_rename draft_relation draft_file_remove
    draft_file_retry file_take_down draft_take_back draft_discard withdraw visibility embargo hand_over cancel_schedule
    person_role person_leave person_return person_hand_over invite join_link join_link_end invitation_again
    invitation_end keep list_add list_change pick lesson_choose lesson_share lesson_change
    class_link_change export_change"""
PAGES = {
    **dict.fromkeys(PUBLIC.split(), EVERYBODY),
    **dict.fromkeys(ONLY_POST.split(), NONE),
    # Their keys are signed for one request: tests/resources/storage.
    **dict.fromkeys(("store_part", "store_object", "media_picture"), NONE),
    # The link of a lesson without this page, and an export that is not ready: tests/lessons.
    **dict.fromkeys(("class_image", "export_download"), NONE),
    **dict.fromkeys(
        ("workspace", "notices", "account", "my_lists", "my_lessons", "class_links", "export_new"), SIGNED_IN
    ),
    "upload": MEMBERS,
    **dict.fromkeys(("draft", "draft_files", "review"), OF_THE_DRAFT),
    "review_queue": REVIEWING,
    "people": OF_THE_PEOPLE | {"foreign manager"},
    **dict.fromkeys(("people_of", "invite_template", "join_link_qr"), OF_THE_PEOPLE),
    "cms_gate": STAFF,
}
"""Who is answered with a page or led on within the site. Others are led to the sign-in, or get 403, 404 or 405."""

OF_ONE_PERSON = {"notice", "resource_list", "lesson", "lesson_details", "class_link_qr", "export", "export_panel"}
"""Their rows belong to one person, whatever the role: tests/resources/web/test_notices.py, tests/lessons."""

OPEN_FORMS = "join resource_report wish set_language account_login account_reset_password account_logout"
DRAFT_FORMS = """draft draft_files draft_file_order draft_file_remove draft_file_rename draft_split draft_relation
    draft_file_retry withdraw file_take_down visibility embargo cancel_schedule"""
AUTHORS_FORMS = """draft_take_back draft_discard list_change list_add lesson_choose lesson_details lesson_share
    lesson_change class_links class_link_change export_change"""
MANAGERS_FORMS = """hand_over person_role person_leave person_return person_hand_over invite join_link join_link_end
    invitation_again invitation_end"""
FORMS = {
    **dict.fromkeys(OPEN_FORMS.split(), EVERYBODY),
    # Staff without a school get a message and no resource.
    **dict.fromkeys(
        (
            "draft_create",
            "notices",
            "plain_upload",
            "account_change_password",
            "my_lists",
            "keep",
            "my_lessons",
            "pick",
            "export_new",
        ),
        SIGNED_IN,
    ),
    "upload": MEMBERS,
    **dict.fromkeys(DRAFT_FORMS.split(), OF_THE_DRAFT),
    **dict.fromkeys(AUTHORS_FORMS.split(), frozenset({"author"})),
    # The author sees the page but gets the form back.
    "review": frozenset({"author", "reviewer", "manager"}),
    **dict.fromkeys(MANAGERS_FORMS.split(), OF_THE_PEOPLE),
}
"""Whose forms are not refused for the role."""


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    """Nine roles post each form: the limits per hour count them, and must not count for the next test."""
    cache.clear()
    yield
    cache.clear()


def roles_of(people: Cast) -> dict[str, User | None]:
    named = {"visitor": None, "foreign manager": person("manager"), "administrator": person("administrator")}
    return {role: named[role] if role in named else getattr(people, role) for role in ROLES}


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def is_refused(answer: object) -> bool:
    led = getattr(answer, "url", "") if answer.status_code == 302 else ""
    return answer.status_code in (401, 403, 404, 405) or led.startswith(reverse("account_login"))


def differences(found: dict[str, set[str]], expected: dict[str, frozenset[str]]) -> dict[str, list[str]]:
    """The roles of each URL that the table does not say so; also of URLs that it lacks."""
    unlike = {name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)}
    return {name: sorted(found.get(name, ())) for name in sorted(unlike - OF_ONE_PERSON)}


@pytest.mark.budget(120)  # every URL of the site
def test_every_page_opens_to_its_roles_only():
    people = make_cast()
    found: dict[str, set[str]] = {}
    users = roles_of(people)
    for name, path in addresses(people).items():
        found[name] = {role for role, user in users.items() if not is_refused(client_of(user).get(path))}
    assert differences(found, PAGES) == {}


@pytest.mark.budget(240)  # every form of the site
def test_every_form_is_accepted_from_its_roles_only():
    people = make_cast()
    found: dict[str, set[str]] = {}
    users = roles_of(people)
    for name, _user, path, data in forms_of(people):
        found.setdefault(name, set())
        for role, user in users.items():
            client = client_of(user)
            with transaction.atomic():
                before = ModelLogEntry.objects.count()
                answer = client.post(path, encoded(data), content_type=URLENCODED)
                if not is_refused(answer):
                    found[name].add(role)
                elif ModelLogEntry.objects.count() != before:
                    found[name].add(f"{role}, refused but written")
                transaction.set_rollback(True)
    assert differences(found, FORMS) == {}
