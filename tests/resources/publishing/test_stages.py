"""The stages of review are data: a third one is an entry, its task and a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from members.models import Notice, User
from resources import policies
from resources.models import AllianceReviewTask, Resource, stages
from resources.models.review_guard import ReviewRefused
from resources.policies import Rule
from resources.publishing.status import State, status_of
from resources.publishing.workflow import ensure_workflow
from tests.factories.cast import Cast, approve, make_cast
from tests.factories.members import person
from tests.resources.web.review_form_data import review_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return make_cast()


@pytest.fixture
def expert_task() -> Iterator[None]:
    """The task model of a third stage, registered during the test. A proxy needs no table."""

    class Experts(models.Manager):
        def get_queryset(self) -> models.QuerySet:
            return super().get_queryset().filter(content_type__model="expertreviewtask")

    class ExpertReviewTask(AllianceReviewTask):
        objects = Experts()

        class Meta:
            app_label = "resources"
            proxy = True

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if self.pk is None:  # Wagtail takes the concrete model, which for a proxy is its parent.
                self.content_type = ContentType.objects.get_for_model(type(self), for_concrete_model=False)

    yield
    del apps.all_models["resources"]["expertreviewtask"]
    apps.clear_cache()
    ContentType.objects.clear_cache()


@pytest.fixture
def expert(expert_task: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """A third stage, reviewed by experts after the alliance's editors; answers with an expert."""
    expert = person("editor")
    third: Any = "third_review"
    stage = stages.Stage(
        name="expert",
        task="resources.ExpertReviewTask",
        task_name="专家终审",
        action=third,
        icon="s-full",
        label="Expert review",
        in_review="专家终审中",
        status_line="专家终审中。有了结果会通知你。",
        reviewer_notice="等你专家终审：%(title)s",
        enter_button="通过，送专家终审",
        entered="已通过，送专家终审。",
        entered_notice="复审已通过，进入专家终审：%(title)s",
    )
    rule = Rule(
        "experts review last",
        frozenset({third}),
        lambda viewer: policies.EVERY_RESOURCE if viewer.user_id == expert.pk else None,
    )
    monkeypatch.setattr(stages, "STAGES", (*stages.STAGES, stage))
    monkeypatch.setattr(policies, "RULES", (*policies.RULES, rule))
    ensure_workflow()
    return expert


def fresh(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


def test_a_third_stage_is_passed_after_the_other_two(people: Cast, expert: User):
    resource = people.submitted()
    seen = [status_of(fresh(resource)).state]
    for reviewer in (people.reviewer, people.editor, expert):
        decision = approve(fresh(resource), reviewer)
        seen.append(status_of(fresh(resource)).state)
    assert seen == ["school", "alliance", "expert", State.LIVE]
    assert decision.stage == "expert"
    subjects = set(Notice.objects.filter(user=people.author).values_list("subject", flat=True))
    assert {f"复审已通过，进入专家终审：{resource.title}", f"已发布：{resource.title}"} <= subjects


def test_nobody_but_its_reviewers_decides_in_the_third_stage(people: Cast, expert: User):
    resource = people.in_alliance_review()
    approve(resource, people.editor)
    with pytest.raises(ReviewRefused):
        approve(fresh(resource), person("editor"))
    assert status_of(fresh(resource)).state == "expert"


def test_the_pages_speak_of_the_third_stage(client: Client, people: Cast, expert: User):
    resource = people.in_alliance_review()
    with override("zh-hans"):
        client.force_login(people.editor)
        assert "通过，送专家终审" in client.get(reverse("review", args=[resource.pk])).content.decode()
        answer = client.post(reverse("review", args=[resource.pk]), review_form(resource, "approve"), follow=True)
        assert "已通过，送专家终审。" in answer.content.decode()
        client.force_login(people.author)
        assert "专家终审中。有了结果会通知你。" in client.get(reverse("draft", args=[resource.pk])).content.decode()
        assert "专家终审中" in client.get(reverse("workspace"), {"state": "review"}).content.decode()
        client.force_login(expert)
        assert resource.title in client.get(reverse("review_queue")).content.decode()
        page = client.get(reverse("review", args=[resource.pk])).content.decode()
        assert "通过并发布" in page
