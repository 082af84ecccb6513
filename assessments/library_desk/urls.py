"""The addresses of the library's pages below ``/admin/assessments/libraryversion/``.

They come before Django's own, so that its add and change forms are never reached.
"""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from assessments.library_desk import translation_views, views

View = Callable[..., Any]


def library_urls(in_admin: Callable[[View], View]) -> list[URLPattern]:
    """Return the pages, each wrapped by ``in_admin`` (``AdminSite.admin_view``)."""
    section = "<int:number>/section/<slug:section>/"
    part = "<int:number>/part/<slug:kind>/<str:ref>/"
    languages = "translations/<slug:language>/"
    translated, one = translation_views.library_translations, translation_views.library_translation
    return [
        path(languages, in_admin(translated), name="library-translations"),
        path(f"{languages}<str:digest>/", in_admin(one), name="library-translation"),
        path("add/", in_admin(views.library_begin), name="library-begin"),
        path("<int:number>/change/", in_admin(views.library_version), name="library-version"),
        path(section, in_admin(views.library_section), name="library-section"),
        path(part, in_admin(views.library_part), name="library-part"),
        path("<int:number>/check/", in_admin(views.library_check), name="library-check"),
        path("<int:number>/publish/", in_admin(views.library_publish), name="library-publish"),
        path("<int:number>/note/", in_admin(views.library_note), name="library-note"),
        path("<int:number>/discard/", in_admin(views.library_discard), name="library-discard"),
        path("<int:number>/review/", in_admin(views.library_review), name="library-review"),
    ]
