"""The page tree and the editors' permissions on it: made after every migrate, changing nothing that is there."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from home.default_pages import TEXTS, blocks
from home.models import CollectionIndexPage, ContentPage, HomePage
from members.roles import ADMINISTRATORS, EDITORS, grant

PAGE_PERMISSIONS = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
FILE_PERMISSIONS = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]


def seed() -> None:
    home = ensure_home()
    ensure_pages(home)
    ensure_permissions()


def ensure_home() -> HomePage:
    """The home page as the root of the default site, in place of Wagtail's welcome page."""
    existing = HomePage.objects.first()
    if existing is None:
        existing = _make_home()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(hostname="localhost", port=80, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME)
    if site.root_page_id != existing.pk:
        site.root_page = existing
        site.save()
    return existing


def _make_home() -> HomePage:
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    # A flushed database (tests) has lost the root that Wagtail's migration made.
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    home = HomePage(title=settings.WAGTAIL_SITE_NAME, slug="library")
    root.add_child(instance=home)
    Site.objects.filter(is_default_site=True).update(root_page=home)
    welcome = root.get_children().filter(slug="home").exclude(pk=home.pk).first()
    if welcome is not None and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()
    return HomePage.objects.get(pk=home.pk)


def ensure_pages(home: HomePage) -> None:
    if not CollectionIndexPage.objects.exists():
        index = CollectionIndexPage(title="选辑", slug="collections", say="按教学主题选编，每件附一句推荐的话")
        home.add_child(instance=index)
    if ContentPage.objects.exists():
        # The editors' from then on: what they deleted or gave another address must not come back.
        return
    for text in TEXTS:
        page = ContentPage(
            title=text.title,
            slug=text.slug,
            title_en=text.title_en,
            footer=text.footer,
            body=blocks(text.zh),
            body_en=blocks(text.en),
        )
        home.add_child(instance=page)


def ensure_permissions() -> None:
    """Editors and administrators edit and publish pages. (Resources are published by the review alone.)"""
    root = Page.get_first_root_node()
    files = Collection.get_first_root_node()
    for name in (EDITORS, ADMINISTRATORS):
        group, _made = Group.objects.get_or_create(name=name)
        for permission in _permissions("wagtailcore", PAGE_PERMISSIONS):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in [
            *_permissions("wagtailimages", FILE_PERMISSIONS),
            *_permissions("wagtaildocs", FILE_PERMISSIONS),
        ]:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
    grant([EDITORS, ADMINISTRATORS], ["home.change_sitesettings"])


def _permissions(app_label: str, codenames: list[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames))
