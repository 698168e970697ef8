"""Receivers: seed vocabularies, send our signals, disable Wagtail's workflow e-mails."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from members.roles import ADMINISTRATORS, EDITORS, grant
from resources import models, signals
from resources.models import vocabulary_seed
from resources.publishing import workflow

VOCABULARY_PERMISSIONS = [
    f"resources.{verb}_{model._meta.model_name}" for model in models.VOCABULARIES for verb in ("add", "change", "view")
]


@receiver(post_migrate, dispatch_uid="resources.seed")
def seed(sender: AppConfig, **kwargs: Any) -> None:
    if sender.name == "resources":
        vocabulary_seed.seed()
        workflow.ensure_workflow()
        # No group gets Wagtail's publish permission: it would allow publishing own work without a review.
        grant([EDITORS, ADMINISTRATORS], [*VOCABULARY_PERMISSIONS, "resources.view_resource"])


def disable_wagtail_mail() -> None:
    """Wagtail sends e-mail inside the transaction, where a mail error would abort a submission."""
    sent = [
        (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    ]
    for signal, sender, uid in sent:
        signal.disconnect(dispatch_uid=uid, sender=sender)


@receiver(pre_delete, sender=models.Resource, dispatch_uid="resources.deletion")
def announce_deletion(sender: Any, instance: models.Resource, **kwargs: Any) -> None:
    signals.resource_changed.send(models.Resource, resource_id=instance.pk)


def announce_vocabulary_change(
    sender: Any, instance: models.VocabularyTerm, created: bool = False, **kwargs: Any
) -> None:
    signals.vocabulary_changed.send(sender, term=instance, created=created)


for vocabulary in models.VOCABULARIES:
    post_save.connect(
        announce_vocabulary_change, sender=vocabulary, dispatch_uid=f"resources.vocabulary.{vocabulary.__name__}"
    )
