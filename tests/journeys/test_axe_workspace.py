"""The workspace's and the account's pages are accessible on narrow and wide screens."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from members.models import User
from resources.publishing import drafts
from resources.publishing import live as publishing
from tests.factories.cast import Cast, make_cast, send_back

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (375, 1280)
GRAVE = {"serious", "critical"}


def findings(page: Any) -> list[str]:
    """Serious and critical ones, each with the elements it names."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {', '.join(node['html'][:120] for node in one['nodes'][:3])}"
        for one in found
        if one["impact"] in GRAVE
    ]


def sign_in(context: Any, server: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])


def pages_of(people: Cast) -> list[tuple[User | None, str]]:
    draft = people.draft(title="草稿：洗手", creators="")
    waiting = people.submitted(title="待审：洗手")
    returned = people.submitted(title="退回：洗手")
    send_back(returned, people.reviewer)
    live = people.published(title="已发布：洗手")
    drafts.save(who=people.author, resource_id=live.pk, data={"title": "新版：洗手"})
    withdrawn = people.published(title="已撤回：洗手")
    publishing.withdraw(who=people.author, resource_id=withdrawn.pk, reason="数据有误")
    left = people.draft(title="无人提交：洗手", contributor=people.teacher)
    people.teacher.memberships.update(active=False)
    second = people.in_alliance_review(title="复审：洗手")
    return [
        (None, reverse("account_login")),
        (None, reverse("account_reset_password")),
        (people.author, reverse("account")),
        (people.author, reverse("account_change_password")),
        (people.author, reverse("workspace")),
        (people.author, reverse("upload")),
        (people.author, reverse("notices")),
        *((people.author, reverse("draft", args=[one.pk])) for one in (draft, waiting, returned, live, withdrawn)),
        (people.manager, reverse("draft", args=[left.pk])),
        (people.reviewer, reverse("workspace") + "?scope=all"),
        (people.reviewer, reverse("review_queue")),
        (people.reviewer, reverse("review", args=[waiting.pk])),
        (people.editor, reverse("review", args=[second.pk])),
    ]


@pytest.mark.budget(120)  # every page of the workspace
@pytest.mark.parametrize("width", WIDTHS)
def test_no_serious_finding_and_nothing_wider_than_the_screen(live_server: Any, browser: Any, width: int):
    wrong: list[str] = []
    pages = pages_of(make_cast())
    for user, path in pages:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
        if user is not None:
            sign_in(context, live_server.url, user)
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        for details in page.query_selector_all("details.more"):
            details.evaluate("one => { one.open = true }")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{path} at {width}: {one}" for one in [*findings(page), *errors]]
        if wide > 0:
            wrong.append(f"{path} at {width}: {wide} px wider than the screen")
        context.close()
    assert wrong == []
