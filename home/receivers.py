"""Seeding after migrate; it also runs after a test's flush."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver


@receiver(post_migrate, dispatch_uid="home.seed")
def seed_pages(sender: AppConfig, **kwargs: Any) -> None:
    if sender.name == "home":
        from home.seeding import seed

        seed()
