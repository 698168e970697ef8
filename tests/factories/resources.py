"""Blobs, pages and resources. Published resources have a real revision."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from resources import models
from tests.factories.members import SchoolFactory, UserFactory


def term(model: type[models.VocabularyTerm], code: str) -> Any:
    """A term the library ships with, by code."""
    return model.objects.get(code=code)


class BlobFactory(DjangoModelFactory[models.FileBlob]):
    """A verified blob. ``content`` puts real bytes into the store under its key."""

    class Meta:
        model = models.FileBlob
        skip_postgeneration_save = True

    class Params:
        received = factory.Trait(state="received", sha256=None, verified_at=None)

    declared_name = factory.Sequence(lambda n: f"课件{n}.pptx")
    key = factory.Sequence(lambda n: f"objects/test-{n}")
    size = 1000
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    media_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    kind = "slides"
    extension = "pptx"
    state = "verified"
    verified_at = factory.LazyFunction(timezone.now)
    school = factory.SubFactory(SchoolFactory)
    uploaded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def content(self: models.FileBlob, create: bool, extracted: bytes | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if extracted is None:
            return
        from resources.storage import get_store

        get_store().put(self.key, extracted, media_type=self.media_type)
        self.size = len(extracted)
        if self.state == "verified":
            self.sha256 = hashlib.sha256(extracted).hexdigest()
        self.save()

    @factory.post_generation
    def pages(self: models.FileBlob, create: bool, extracted: list[str] | None, **kwargs: Any) -> None:  # type: ignore[misc]
        """Texts of its pages; the preview is then ready."""
        if extracted is None:
            return
        models.FilePreview.objects.create(
            blob=self, state="ready", page_count=len(extracted), pages_done=len(extracted)
        )
        for number, text in enumerate(extracted, 1):
            PageFactory(blob=self, number=number, text=text)


class PageFactory(DjangoModelFactory[models.FilePage]):
    class Meta:
        model = models.FilePage

    blob = factory.SubFactory(BlobFactory)
    number = factory.Sequence(lambda n: n + 1)
    text = "洗手要用流动水"
    width = 960.0
    height = 540.0


class ResourceFactory(DjangoModelFactory[models.Resource]):
    """A draft ready to submit. ``files``: blobs, or page texts per file. ``live``: published."""

    class Meta:
        model = models.Resource
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"婴幼儿照护资源{n}")
    school = factory.SubFactory(SchoolFactory)
    contributor = factory.SubFactory(UserFactory)
    visibility = "public"
    live = False
    creators = "林老师"
    description = "讲清楚一日生活里的照护要点，供课堂教学和实训使用，可以按需要删改。"
    keywords = factory.LazyFunction(lambda: ["洗手", "照护", "托育"])
    portraits = "none"
    generated_content = "none"
    resource_type = factory.LazyFunction(lambda: term(models.ResourceType, "courseware"))
    licence = factory.LazyFunction(lambda: term(models.Licence, "cc-by"))
    granularity = factory.LazyFunction(lambda: term(models.Granularity, "unit"))

    @classmethod
    def _create(cls, model_class: type[models.Resource], *args: Any, **kwargs: Any) -> models.Resource:
        publish_it = kwargs.pop("live", False)
        files = kwargs.pop("files", [])
        children = {
            "levels": [term(models.Level, "college")],
            "programmes": [term(models.Programme, "infant-care-college")],
            "audiences": [term(models.Audience, "students")],
            "age_bands": [term(models.AgeBand, "m13-24")],
            "care_domains": [term(models.CareDomain, "health")],
            "course_units": [term(models.CourseUnit, "life-care")],
        }
        children |= {name: kwargs.pop(name) for name in list(children) if name in kwargs}
        resource = model_class(live=False, **kwargs)
        resource.save()
        models.ResourceStats.objects.get_or_create(resource=resource)
        for name, terms in children.items():
            setattr(resource, name, terms)
        blobs = [item if isinstance(item, models.FileBlob) else BlobFactory(pages=item) for item in files]
        resource.files = [
            models.ResourceFile(blob=blob, name=blob.declared_name, sort_order=order)
            for order, blob in enumerate(blobs)
        ]
        revision = resource.save_revision(user=resource.contributor, clean=False)
        if publish_it:
            revision.publish(user=None, skip_permission_checks=True)
        return model_class.objects.get(pk=resource.pk)


def publish(resource: models.Resource) -> models.Resource:
    """Publish the latest draft, past the review: for tests that are not about reviewing."""
    resource.latest_revision.publish(user=None, skip_permission_checks=True)
    return models.Resource.objects.get(pk=resource.pk)
