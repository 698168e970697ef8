"""Resources. Content and files are part of Wagtail's revisions; visibility and withdrawal are not."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)

from members.models import School
from resources import signals
from resources.models.file import FileBlob
from resources.models.taxonomy import (
    AgeBand,
    Audience,
    CareDomain,
    CourseUnit,
    Granularity,
    Level,
    Licence,
    Programme,
    ResourceType,
)
from resources.querysets import ResourceFileQuerySet, ResourceQuerySet

NOT_CONTENT = (
    "school_id",
    "contributor_id",
    "visibility",
    "requested_visibility",
    "embargo_until",
    "withdrawn_at",
    "withdrawal_reason",
    "withdrawn_by_id",
    "live_revision_id",
    "last_published_at",
    "first_published_at",
    "expired",
    "created",
)
"""Columns that take effect at once. Publishing writes every other column back from the revision's JSON."""


class Resource(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Public")
        ALLIANCE = "alliance", _("Alliance only")
        SCHOOL = "school", _("Own school only")

    class Portraits(models.TextChoices):
        NONE = "none", _("No recognisable children or families")
        MASKED = "masked", _("Faces and names are masked")
        CONSENT = "consent", _("Guardians have consented in writing")

    class GeneratedContent(models.TextChoices):
        NONE = "none", _("No content made by AI")
        ASSISTED = "assisted", _("AI assisted, checked by a person")
        GENERATED = "generated", _("Contains content made by AI")

    # --- outside the revision: take effect at once
    school = models.ForeignKey(School, models.PROTECT, related_name="resources", verbose_name=_("school"))
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="resources", verbose_name=_("contributor")
    )
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.ALLIANCE, db_index=True
    )
    # A wider visibility waits for the next approval.
    requested_visibility = models.CharField(
        _("visibility after approval"), max_length=10, choices=Visibility.choices, blank=True, editable=False
    )
    embargo_until = models.DateTimeField(_("not before"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawal_reason = models.CharField(_("reason for withdrawal"), max_length=500, blank=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    # --- in the revision: first the fields required for submission
    title = models.CharField(_("title"), max_length=200)
    resource_type = models.ForeignKey(
        ResourceType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resource type")
    )
    levels = ParentalManyToManyField(Level, blank=True, related_name="+", verbose_name=_("levels"))
    programmes = ParentalManyToManyField(Programme, blank=True, related_name="+", verbose_name=_("programmes"))
    audiences = ParentalManyToManyField(Audience, blank=True, related_name="+", verbose_name=_("audiences"))
    creators = models.CharField(
        _("creators"), max_length=300, blank=True, help_text=_("People or groups; several are separated by 、")
    )
    licence = models.ForeignKey(
        Licence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("licence")
    )
    portraits = models.CharField(_("portraits and privacy"), max_length=10, choices=Portraits.choices, blank=True)
    generated_content = models.CharField(
        _("content made by AI"), max_length=10, choices=GeneratedContent.choices, blank=True
    )
    # --- in the revision: optional fields
    subtitle = models.CharField(_("subtitle"), max_length=200, blank=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    granularity = models.ForeignKey(
        Granularity, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granularity")
    )
    course_units = ParentalManyToManyField(
        CourseUnit, blank=True, related_name="+", verbose_name=_("courses, projects and tasks")
    )
    age_bands = ParentalManyToManyField(AgeBand, blank=True, related_name="+", verbose_name=_("age bands"))
    care_domains = ParentalManyToManyField(CareDomain, blank=True, related_name="+", verbose_name=_("care domains"))
    language = models.CharField(_("language"), max_length=10, default="zh-Hans", blank=True)
    version_note = models.CharField(_("what is new in this version"), max_length=300, blank=True)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="resource")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="resource",
        for_concrete_model=False,
    )

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="resource_withdrawn_is_not_live", condition=Q(withdrawn_at=None) | Q(live=False)
            ),
            models.CheckConstraint(
                name="resource_withdrawn_says_why", condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason="")
            ),
        ]
        indexes = [models.Index(fields=["live", "visibility"], name="resource_live_visibility")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resource", args=[self.pk])

    def with_content_json(self, content: dict[str, Any]) -> Resource:
        obj: Resource = super().with_content_json(content)
        for name in NOT_CONTENT:
            setattr(obj, name, getattr(self, name))
        return obj

    @transaction.atomic
    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """As Wagtail's, and write the RevisionFile rows of the new revision."""
        revision = super().save_revision(*args, **kwargs)
        revision.files.copy_from_content(revision)
        if self.first_published_at is None:
            # Until the first publication the row has no title of its own for lists.
            type(self).objects.filter(pk=self.pk).update(title=revision.content["title"])
        return revision

    @transaction.atomic
    def publish(self, revision: Revision, **kwargs: Any) -> Any:
        """As Wagtail's, in one transaction with the version row and the receivers of ``resource_changed``."""
        result = super().publish(revision, **kwargs)
        fresh = type(self).objects.get(pk=self.pk)
        if fresh.live and fresh.live_revision_id == revision.pk:
            fresh.versions.number_next(
                resource=fresh,
                revision=revision,
                note=revision.content.get("version_note", ""),
                user=kwargs.get("user"),
            )
        signals.resource_changed.send(type(self), resource_id=self.pk)
        return result

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        result = super().unpublish(*args, **kwargs)
        signals.resource_changed.send(type(self), resource_id=self.pk)
        return result

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.keywords, list) or not all(isinstance(word, str) for word in self.keywords):
            raise ValidationError({"keywords": _("Keywords are a list of words.")})

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_embargoed(self) -> bool:
        return self.embargo_until is not None and self.embargo_until > timezone.now()


class ResourceFile(Orderable):
    """A file of a resource.

    Identify it by ``uid``, which is in the revision; its primary key changes at every publish.
    """

    resource = ParentalKey(Resource, on_delete=models.CASCADE, related_name="files")
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    blob = models.ForeignKey(FileBlob, models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=255)

    objects = ResourceFileQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta(Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [models.UniqueConstraint(fields=["resource", "uid"], name="resource_file_uid_once")]

    def __str__(self) -> str:
        return self.name


class ResourceRelation(models.Model):
    """What a user said a resource is to another one with the same file.

    Outside the revision: takes effect at once.
    """

    class Kind(models.TextChoices):
        SAME = "same", _("The same as")
        NEWER = "newer", _("Newer version of")
        ADAPTATION = "adaptation", _("Adapted from")

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Resource, models.CASCADE, related_name="relations_to_it")
    kind = models.CharField(_("relation"), max_length=12, choices=Kind.choices)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("relation of resources")
        verbose_name_plural = _("relations of resources")
        constraints = [
            models.UniqueConstraint(fields=["resource", "other"], name="resource_relation_once"),
            models.CheckConstraint(name="resource_relation_to_another", condition=~Q(resource=models.F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.kind} {self.other_id}"


class ResourceStats(models.Model):
    """Counters.

    Not on the resource's row, because publishing writes that back from a revision. Can be recounted.
    """

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="stats")
    views = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("figures")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.views}/{self.downloads}"
