"""Signal receivers. Each writes a row in the sender's transaction and does nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from django.utils.translation import gettext as _

from members.models import School
from members.roles import ADMINISTRATORS, EDITORS, grant
from resources.signals import resource_changed, vocabulary_changed
from search.indexing import outbox
from search.models import DictionaryTerm, IndexState, RebuildRequest, SynonymGroup

EDITED_MODELS = ("synonymgroup", "dictionaryterm")

INDEXED_SCHOOL_FIELDS = frozenset({"name", "short_name", "slug"})
CACHED_SCHOOL_FIELDS = INDEXED_SCHOOL_FIELDS | {"state"}

AFTER_EDITS = timedelta(seconds=20)
"""Wait for the next edit of the dictionary before the index is rebuilt."""


@receiver(resource_changed, dispatch_uid="search.resource")
def on_resource(sender: Any, *, resource_id: int, **kwargs: Any) -> None:
    outbox.enqueue(resource_id)


@receiver(vocabulary_changed, dispatch_uid="search.vocabulary")
def on_vocabulary(sender: Any, *, term: Any, created: bool = False, **kwargs: Any) -> None:
    IndexState.bump("labels_stamp")
    if not created:
        outbox.enqueue_dependents(term)


@receiver(post_save, sender=School, dispatch_uid="search.school")
def on_school(sender: Any, instance: School, created: bool, update_fields: Any = None, **kwargs: Any) -> None:
    if update_fields is None or CACHED_SCHOOL_FIELDS.intersection(update_fields):
        IndexState.bump("labels_stamp")
    if not created and (update_fields is None or INDEXED_SCHOOL_FIELDS.intersection(update_fields)):
        outbox.enqueue_dependents(instance)


@receiver([post_save, post_delete], sender=SynonymGroup, dispatch_uid="search.synonyms")
def on_synonyms(sender: Any, **kwargs: Any) -> None:
    IndexState.bump("words_stamp")


@receiver([post_save, post_delete], sender=DictionaryTerm, dispatch_uid="search.dictionary")
def on_dictionary(sender: Any, instance: DictionaryTerm, **kwargs: Any) -> None:
    IndexState.bump("words_stamp")
    RebuildRequest.enqueue(reason=_("dictionary: %(word)s") % {"word": instance.text}, delay=AFTER_EDITS)


@receiver(post_migrate, dispatch_uid="search.permissions")
def give_permissions(sender: AppConfig, **kwargs: Any) -> None:
    if sender.name == "search":
        verbs = ("add", "change", "delete", "view")
        grant([EDITORS, ADMINISTRATORS], [f"search.{verb}_{model}" for verb in verbs for model in EDITED_MODELS])
        grant([EDITORS, ADMINISTRATORS], [f"search.{verb}_wish" for verb in verbs if verb != "add"])
