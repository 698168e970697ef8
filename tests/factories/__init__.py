"""Factories: rows as the product makes them, with traits for the states tests ask about."""

from tests.factories.jobs import run_jobs
from tests.factories.members import MembershipFactory, SchoolFactory, UserFactory, person
from tests.factories.resources import BlobFactory, PageFactory, ResourceFactory, publish, term

__all__ = [
    "BlobFactory",
    "MembershipFactory",
    "PageFactory",
    "ResourceFactory",
    "SchoolFactory",
    "UserFactory",
    "person",
    "publish",
    "run_jobs",
    "term",
]
