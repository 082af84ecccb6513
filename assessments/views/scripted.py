"""How the scripts of charts and notes are answered: in JSON, never with a page to sign in."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.errors import AlreadySigned, NoteSigned, StaleVersion
from assessments.findings import Fault
from assessments.screen.sent import UnreadableError
from clinic.access import Request

View = Callable[..., HttpResponse]


def by_script(view: View) -> View:
    """Answer 401 where the session has ended, and say in JSON why something could not be kept.

    400 for what cannot be read, 403 for what is signed by now, 409 with both values for what
    somebody else changed.
    """

    @login_not_required  # the middleware would answer with a page
    @wraps(view)
    def answer(request: Request, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"error": _("Sign in again to go on.")}, status=401)
        try:
            return view(request, *args, **kwargs)
        except UnreadableError as error:
            return JsonResponse({"error": str(error)}, status=400)
        except StaleVersion as stale:
            return JsonResponse(_both_values(stale), status=409)
        except (AlreadySigned, NoteSigned) as error:
            return JsonResponse({"error": str(error)}, status=403)

    return answer


def kept(
    version: int, faults: Iterable[Fault], *, warnings: Iterable[Fault] = (), **more: object
) -> JsonResponse:
    """Say what was kept: 200, or 422 with what is wrong with which value."""
    errors = _listed(faults)
    answer = {
        "version": version,
        "saved_at": date_format(timezone.localtime(), "H:i"),
        "errors": errors,
        "warnings": _listed(warnings),
        **more,
    }
    return JsonResponse(answer, status=422 if errors else 200)


def as_stored(
    request: Request, version: int, controls: Mapping[str, object], *, signed: bool
) -> JsonResponse:
    """Say what is stored, as the controls of the page hold it, with a fresh form token."""
    answer = {
        "version": version,
        "signed": signed,
        "controls": controls,
        "token": get_token(request),
    }
    return JsonResponse(answer)


def _both_values(stale: StaleVersion) -> dict[str, object]:
    """Say of every value what was sent and what is stored."""
    values = [
        {"field": each.field, "side": each.side, "yours": each.yours, "theirs": each.theirs}
        for each in stale.clashes
    ]
    return {"error": str(stale), "version": stale.version, "values": values}


def _listed(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"field": each.item, "side": each.side, "message": each.said(_)} for each in faults]
