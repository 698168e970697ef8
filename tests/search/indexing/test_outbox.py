"""Every change reaches the index despite faults and leaves the outbox only after that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from members.models import School
from resources.models import CareDomain, Resource
from resources.signals import resource_changed
from search import engine_provider as engines
from search.engines import EngineRejected, EngineUnavailable
from search.indexing.indexer import deliver, deliver_all
from search.indexing.reconcile import compare, reconcile
from search.models import MAX_ATTEMPTS, Indexed, IndexState, Outbox
from tests.factories import ResourceFactory, SchoolFactory, publish, term

pytestmark = pytest.mark.django_db


class Faulty:
    """A real engine whose calls fail as with a broken network or a power failure."""

    def __init__(self, engine):
        self._engine = engine
        self.before = self.after = None

    def index(self, docs):
        if self.before:
            raise self.before
        self._engine.index(docs)
        if self.after:
            raise self.after

    def __getattr__(self, name):
        return getattr(self._engine, name)


@pytest.fixture
def writer():
    with engines.opened_writer() as engine:
        yield Faulty(engine)


def held(engine) -> set[int]:
    return {pk for pk, _version in engine.versions()}


def test_publishing_writes_an_outbox_row_in_the_same_transaction():
    resource = ResourceFactory()
    Outbox.objects.all().delete()

    def publish_and_stumble():
        with transaction.atomic():
            publish(resource)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_stumble()
    assert not Outbox.objects.exists()
    publish(resource)
    assert set(Outbox.objects.values_list("resource_id", flat=True)) == {resource.pk}


def test_what_is_delivered_can_be_found_and_is_forgotten(writer):
    resource = ResourceFactory(live=True)
    deliver_all(writer)
    assert held(writer) == {resource.pk}
    assert not Outbox.objects.exists()
    assert Indexed.objects.get(resource_id=resource.pk).version == dict(writer.versions())[resource.pk]


def test_many_changes_of_one_resource_are_one_write(writer):
    resource = ResourceFactory(live=True)
    for _change in range(5):
        resource_changed.send(Resource, resource_id=resource.pk)
    assert deliver(writer).written == 1
    assert not Outbox.objects.exists()


def test_a_withdrawn_resource_leaves_the_index(writer):
    resource = ResourceFactory(live=True)
    deliver_all(writer)
    resource.unpublish()
    deliver_all(writer)
    assert held(writer) == set()
    assert not Indexed.objects.exists()


def test_a_crash_between_the_engines_write_and_our_delete_delivers_again_without_harm(writer):
    resource = ResourceFactory(live=True)
    writer.after = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        deliver(writer)
    assert held(writer) == {resource.pk}
    assert Outbox.objects.filter(resource_id=resource.pk).exists()
    first = dict(writer.versions())[resource.pk]
    writer.after = None
    deliver_all(writer)
    assert dict(writer.versions())[resource.pk] > first
    assert not Outbox.objects.exists()


def test_an_engine_that_is_away_costs_nothing_but_time(writer):
    resource = ResourceFactory(live=True)
    writer.before = EngineUnavailable("down")
    for _try in range(MAX_ATTEMPTS + 3):
        with pytest.raises(EngineUnavailable):
            deliver(writer)
    assert not Outbox.objects.dead_letters().exists()
    writer.before = None
    deliver_all(writer)
    assert held(writer) == {resource.pk}


def test_a_refused_document_is_a_dead_letter_at_once_and_the_others_are_written(writer):
    good, bad = ResourceFactory(live=True), ResourceFactory(live=True)

    def refuse(docs):
        writer._engine.index([doc for doc in docs if doc.id != bad.pk])
        raise EngineRejected({bad.pk: "a field is too long"})

    writer.index = refuse
    deliver_all(writer)
    assert held(writer) == {good.pk}
    letters = Outbox.objects.dead_letters()
    assert {letter.resource_id for letter in letters} == {bad.pk}
    assert letters[0].last_error == "a field is too long"
    assert Outbox.objects.waiting().count() == 0


def test_a_later_success_settles_the_dead_letters_of_the_same_resource(writer):
    resource = ResourceFactory(live=True)
    Outbox.objects.update(dead=True)
    resource_changed.send(Resource, resource_id=resource.pk)
    deliver_all(writer)
    assert held(writer) == {resource.pk}
    assert not Outbox.objects.exists()


def test_a_resource_that_breaks_the_reading_code_does_not_hold_up_the_others(writer, monkeypatch):
    from search.indexing import indexer

    good, bad = ResourceFactory(live=True), ResourceFactory(live=True)
    real = indexer.build

    def build(ids, *, version):
        if bad.pk in ids:
            raise ValueError("not a word")
        return real(ids, version=version)

    monkeypatch.setattr(indexer, "build", build)
    deliver(writer)
    assert held(writer) == {good.pk}
    waiting = Outbox.objects.filter(resource_id=bad.pk)
    assert waiting
    assert all(row.attempts == 1 and row.next_at > timezone.now() and "not a word" in row.last_error for row in waiting)
    for _try in range(MAX_ATTEMPTS):
        Outbox.objects.update(next_at=timezone.now())
        deliver(writer)
    assert Outbox.objects.dead_letters().filter(resource_id=bad.pk).exists()
    monkeypatch.undo()
    Outbox.objects.dead_letters().retry_dead()
    deliver_all(writer)
    assert held(writer) == {good.pk, bad.pk}


def test_a_row_that_commits_late_under_a_lower_number_is_not_lost(writer, monkeypatch):
    from search.indexing import indexer

    resource = ResourceFactory(live=True)
    deliver_all(writer)
    resource_changed.send(Resource, resource_id=resource.pk)
    late = Outbox.objects.get().pk - 1
    real = indexer.build

    def build(ids, *, version):
        batch = real(ids, version=version)
        # Another transaction commits after the rows were read, with a number it was given before.
        Outbox.objects.create(pk=late, resource_id=resource.pk)
        return batch

    monkeypatch.setattr(indexer, "build", build)
    deliver(writer)
    monkeypatch.undo()
    assert list(Outbox.objects.values_list("pk", flat=True)) == [late]


def test_of_two_relays_the_one_that_read_later_wins(writer):
    from search.indexing.documents import build

    resource = ResourceFactory(live=True, title="旧题名")
    slow = build([resource.pk], version=IndexState.next_version())
    Resource.objects.filter(pk=resource.pk).update(title="新题名")
    deliver_all(writer)
    before = dict(writer.versions())
    writer.index(slow.docs)
    assert dict(writer.versions()) == before


def test_version_numbers_grow_even_when_the_counter_was_restored_from_a_backup():
    first = IndexState.next_version()
    IndexState.objects.update(last_version=5)
    assert IndexState.next_version() > first


def test_renaming_a_term_or_a_school_writes_everything_that_shows_it_again(writer):
    school = SchoolFactory()
    shown = {ResourceFactory(live=True, school=school).pk, ResourceFactory(live=True).pk}
    ResourceFactory(school=school)
    deliver_all(writer)
    health = term(CareDomain, "health")
    health.label_zh = "身体与心理健康"
    health.save()
    assert deliver_all(writer) == len(shown)
    school.name = "改名学院"
    school.save()
    assert deliver_all(writer) == 1


def test_counting_a_schools_bytes_writes_nothing_again(writer):
    school = SchoolFactory()
    ResourceFactory(live=True, school=school)
    deliver_all(writer)
    School.objects.filter(pk=school.pk).update(used_bytes=10)
    school.save(update_fields=["used_bytes"])
    assert not Outbox.objects.exists()


def test_an_embargoed_resource_comes_up_again_when_the_embargo_ends(writer):
    resource = ResourceFactory(live=True, embargo_until=timezone.now() + timedelta(hours=1))
    deliver_all(writer)
    row = Outbox.objects.get()
    assert row.resource_id == resource.pk
    assert row.next_at == resource.embargo_until
    assert not deliver(writer).taken


def test_reconcile_finds_missing_ghosts_and_stale_and_the_relay_puts_them_right(writer):
    missing, ghost, stale, fine = (ResourceFactory(live=True) for _number in range(4))
    deliver_all(writer)
    writer.remove([missing.pk], dict(writer.versions())[missing.pk])
    Resource.objects.filter(pk=ghost.pk).update(live=False)
    Indexed.objects.filter(resource_id=stale.pk).update(version=IndexState.next_version())
    found = reconcile(writer)
    assert (found.missing, found.ghosts, found.stale) == ({missing.pk}, {ghost.pk}, {stale.pk})
    deliver_all(writer)
    assert compare(writer).is_none
    assert held(writer) == {missing.pk, stale.pk, fine.pk}


def test_reconcile_writes_again_what_has_been_used_much_more(writer):
    resource = ResourceFactory(live=True)
    deliver_all(writer)
    resource.stats.downloads = 40
    resource.stats.save()
    assert reconcile(writer).used == {resource.pk}
    deliver_all(writer)
    assert not compare(writer).used
