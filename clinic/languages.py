"""Which language somebody reads: pages of patients and guests, letters, papers.

Staff pages and the admin are English; the catalogues hold what patients meet (docs/languages.md).
"""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import language_code_re, parse_accept_lang_header

COOKIE = "language"
COOKIE_AGE = 365 * 24 * 60 * 60  # seconds

# The same for everybody, so that a cache may keep it: no words, or English for programs.
FOR_ALL = (
    "/api/", "/brand", "/favicon.ico", "/healthz/", "/manifest.webmanifest", "/readyz/", "/static/",
    "/sw.js",
)  # fmt: skip
OF_STAFF = ("/accounts/", "/admin/", "/calendar/", "/chart/")
# Where patients sign in and out, among the pages of staff. Whoever has to sign in is led to the
# first, which says where patients go on.
OF_PATIENTS = (
    "/accounts/login/", "/accounts/logout/", "/accounts/inactive/", "/accounts/welcome/",
)  # fmt: skip
# Charts as they were written; half of its heads in another language would help nobody.
RECORD = "/record/record.zip"


def offered() -> list[tuple[str, str]]:
    """Return the languages a patient may choose, each by its own name."""
    return [
        (code, LANG_INFO[code]["name_local"].capitalize()) for code, _name in settings.LANGUAGES
    ]


def known(code: str) -> str:
    """Return the offered language nearest to a code from a record or a browser, else English."""
    try:
        return get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE


def reading(code: str):
    """Return a context in which words are those of somebody who reads this language."""
    return translation.override(known(code))


def is_for_all(path: str) -> bool:
    return path.startswith(FOR_ALL)


def is_of_staff(path: str) -> bool:
    """Say whether a page is for people who work here, or a file of what they wrote."""
    if path.endswith(RECORD):
        return True
    return path.startswith(OF_STAFF) and not path.startswith(OF_PATIENTS)


def chosen(request: HttpRequest) -> str:
    """Return the language of a page for patients and guests.

    The record's own, for somebody signed in; else what this browser chose; else what it asks for.
    """
    own = getattr(request.user, "reads", None) if _may_be_signed_in(request) else None
    if own:
        return known(own)
    picked = request.COOKIES.get(COOKIE, "")
    if picked in dict(settings.LANGUAGES):
        return picked
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        if language_code_re.match(code):
            try:
                return get_supported_language_variant(code)
            except LookupError:
                continue
    return settings.LANGUAGE_CODE


def _may_be_signed_in(request: HttpRequest) -> bool:
    """Say whether there is a session at all; who has none costs no look."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


class Language:
    """Gives each page the language of whoever reads it, and says what that depended on."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        fixed = is_for_all(path) or is_of_staff(path)
        code = settings.LANGUAGE_CODE if fixed else chosen(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code  # where Django leaves it
            response = self.get_response(request)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = _said(code, response.streaming_content)
        if not fixed:
            patch_vary_headers(response, ["Cookie", "Accept-Language"])
        if not is_for_all(path):
            response.headers.setdefault("Content-Language", code)
        return response


def _said(code: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of an answer that is made while it is sent, in its language."""
    left = iter(pieces)
    while True:
        with translation.override(code):
            piece = next(left, None)
        if piece is None:
            return
        yield piece
