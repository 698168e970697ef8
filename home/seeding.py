"""Create the page tree and the editors' permissions after every migrate; change no existing row."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from home.default_pages import DEFAULT_PAGES, blocks
from home.models import CollectionIndexPage, ContentPage, HomePage, NewsIndexPage
from home.models.site import MAY_CHANGE_BANNER
from members.roles import ADMINISTRATORS, EDITORS, grant

PAGE_PERMISSIONS = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
FILE_PERMISSIONS = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]


def seed() -> None:
    home = ensure_home()
    ensure_pages(home)
    ensure_permissions()


def ensure_home() -> HomePage:
    """The home page as the root of the default site, in place of Wagtail's welcome page."""
    home = HomePage.objects.first() or _create_home()
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        site = Site(hostname="localhost", port=80, is_default_site=True, site_name=settings.WAGTAIL_SITE_NAME)
    if site.root_page_id != home.pk:
        site.root_page = home
        site.save()
    return home


def _create_home() -> HomePage:
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    # After a test's flush the root page of Wagtail's migration is missing.
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
        collections = CollectionIndexPage(title="选辑", slug="collections", say="按教学主题选编，每件附一句推荐的话")
        home.add_child(instance=collections)
    if not NewsIndexPage.objects.exists():
        home.add_child(instance=NewsIndexPage(title="动态", slug=_free_slug(home, "news")))
    if ContentPage.objects.exists():
        # Seeded before. A page that editors deleted or moved must not come back.
        return
    for default in DEFAULT_PAGES:
        page = ContentPage(
            title=default.title,
            slug=default.slug,
            title_en=default.title_en,
            footer=default.footer,
            show_in_menus=default.in_menu,
            body=blocks(default.zh),
            body_en=blocks(default.en),
        )
        home.add_child(instance=page)


def _free_slug(parent: Page, wanted: str) -> str:
    """``wanted``, with a number if it is taken: an editor's own page may have it."""
    taken = set(parent.get_children().values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def ensure_permissions() -> None:
    """Let editors and administrators edit and publish pages. (Resources are published by review only.)"""
    root = Page.get_first_root_node()
    files = Collection.get_first_root_node()
    for name in (EDITORS, ADMINISTRATORS):
        group, _created = Group.objects.get_or_create(name=name)
        for permission in _permissions("wagtailcore", PAGE_PERMISSIONS):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        for permission in [
            *_permissions("wagtailimages", FILE_PERMISSIONS),
            *_permissions("wagtaildocs", FILE_PERMISSIONS),
        ]:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
    grant([EDITORS, ADMINISTRATORS], ["home.change_sitesettings"])
    grant([ADMINISTRATORS], [MAY_CHANGE_BANNER])


def _permissions(app_label: str, codenames: list[str]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames))
