"""The day board: a day by practitioner or room, a practitioner's week, and one visit on it.

For the front desk and managers only; to everybody else it does not exist (404). Script asks for
parts of these pages (header ``X-Board``) and gets the same answers without the frame around them.
"""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bookings.actions import day as steps
from bookings.admin.desk_pages import back_to_board, day_asked, desk_only, frame
from bookings.board import cards, money, reading, sheet
from bookings.board.layout import monday_of
from bookings.board.packages import Packages
from bookings.board.reading import Person, Place, Span
from bookings.errors import BookingError, Changed, NotOffered
from bookings.forms.staff_times import MoveForm, in_the_way
from bookings.models import Appointment
from clinic.audit import actor_of

State = Appointment.State
STEPS: dict[str, Callable] = {
    "confirm": steps.confirm,
    "arrive": steps.arrive,
    "start": steps.start,
    "complete": steps.complete,
    "no-show": steps.no_show,
    "late-cancel": steps.late_cancel,
    "decline": steps.decline,
}
REASONS = {
    "late-cancel": gettext_lazy("Late, taken at the desk"),
    "decline": gettext_lazy("Declined at the desk"),
}
UNDO_FOR = 600  # seconds a page without script offers to take the last change back


def is_part(request: HttpRequest) -> bool:
    """Say whether script asks, which wants the part of the page that changes."""
    return "X-Board" in request.headers


@require_safe
@desk_only
def board_day(request):
    """The day of a place, one column a practitioner or a room."""
    people, places = reading.people_and_places()
    place = _place(request, places)
    day, fault = day_asked(request, place.tz)
    by = "room" if request.GET.get("by") == "room" else "practitioner"
    context = {"day_fault": fault, "before": day - timedelta(1), "after": day + timedelta(1)}
    return _board(request, Span(place, day, day), by, people, places, context)


@require_safe
@desk_only
def board_week(request):
    """One practitioner's week at a place, one column a day."""
    people, places = reading.people_and_places()
    place = _place(request, places)
    working = [person for person in people if person.is_active]
    person = next((one for one in people if one.slug == request.GET.get("who")), None)
    if person is None:
        if "who" in request.GET or not working:
            raise Http404
        person = working[0]
    day, fault = day_asked(request, place.tz)
    monday = monday_of(day)
    span = Span(place, monday, monday + timedelta(6), person)
    context = {
        "day_fault": fault,
        "before": monday - timedelta(7),
        "after": monday + timedelta(7),
        "people": working if person in working else [*working, person],
    }
    return _board(request, span, "week", people, places, context)


def _board(
    request, span: Span, by: str, people: list[Person], places: list[Place], context: dict
) -> HttpResponse:
    now = timezone.now()
    known = request.headers.get("If-None-Match", "").removeprefix("W/")  # a proxy may weaken it
    if known and known == _tag(span, by, reading.stamp(span, now)):
        return HttpResponse(status=304, headers={"ETag": known})
    board = sheet.read(span, by, people, now)
    context = {
        **frame(request),
        **context,
        "board": board,
        "title": _("Day board") if by != "week" else _("Week board"),
        "subtitle": sheet.title(board),
        "heading": sheet.title(board),
        "zone": sheet.zone(board),
        "places": places,
        "today": now.astimezone(span.place.tz).date(),
        "tag": _tag(span, by, board.stamp),
        "undo": _undo_offered(request),
        "keys": [(str(label), key) for label, key in cards.STEPS.values()],
    }
    name = "_board_sheet.html" if is_part(request) else "board.html"
    status = 422 if context["day_fault"] else 200
    response = render(request, f"admin/bookings/{name}", context, status=status)
    response["ETag"] = context["tag"]
    return response


def _tag(span: Span, by: str, stamp: str) -> str:
    return f'"{by}-{span.first:%Y%m%d}-{stamp}"'


def _place(request, places: list[Place]) -> Place:
    """Return the place asked for, else the first; 404 where it is not known."""
    wanted = request.GET.get("place", "")
    found = [one for one in places if wanted in ("", one.slug)]
    if not found:
        raise Http404
    return found[0]


# One visit ---------------------------------------------------------------------------------------


@require_safe
@desk_only
def board_visit(request, visit):
    """One visit: its buttons and the form that moves it."""
    return _visit_page(request, _visit(visit))


@require_POST
@desk_only
def board_step(request, visit):
    """One button or one key: the next thing that happened to a visit."""
    visit = _visit(visit)
    name, _sep, seen = request.POST.get("do", "").partition("|")
    if name not in STEPS:
        raise Http404
    more = {"reason": str(REASONS[name])} if name in REASONS else {}
    told = name in REASONS or visit.is_request  # the patient is told: no slip of the finger
    before = visit.state, visit.confirmed_at is not None
    try:
        changed = STEPS[name](
            visit, by=actor_of(request.user), now=timezone.now(), seen=seen, **more
        )
    except BookingError as error:
        return _refused(request, visit, error)
    said = _("%(patient)s: %(step)s.") % {
        "patient": visit.patient,
        "step": cards.STEPS[name][0],
    }
    undo = None
    if not told:
        undo = {
            "url": reverse("board-undo", args=[visit.pk]),
            "fields": {
                "to": before[0],
                "confirmed": "yes" if before[1] else "",
                "seen": steps.seen_as(changed),
            },
        }
    return _done(request, visit, said, undo)


@require_POST
@desk_only
def board_undo(request, visit):
    """Take the last step back."""
    visit = _visit(visit)
    try:
        steps.take_back(
            visit,
            to=request.POST.get("to", ""),
            confirmed=request.POST.get("confirmed") == "yes",
            seen=request.POST.get("seen", ""),
            by=actor_of(request.user),
            now=timezone.now(),
        )
    except BookingError as error:
        return _refused(request, visit, error)
    return _done(request, visit, _("Taken back: %(patient)s.") % {"patient": visit.patient}, None)


@require_POST
@desk_only
def board_move(request, visit):
    """Move a visit by drag, by key or by form. What is in the way is named; force says why."""
    visit = _visit(visit)
    was = MoveForm.of(visit).initial
    was_confirmed = visit.confirmed_at is not None
    form = MoveForm.of(visit, request.POST)
    if not form.is_valid():
        return _visit_page(request, visit, form=form, status=422)
    try:
        moved = _move(request, visit, form)
    except Changed as error:
        return _refused(request, visit, error)
    except BookingError as error:
        return _in_the_way(request, visit, form, error)
    local = moved.starts_at.astimezone(moved.location.tz)
    values = {
        "patient": moved.patient,
        "time": f"{local:%H:%M}",
        "practitioner": moved.practitioner,
        "day": f"{local:%Y-%m-%d}",
    }
    said = _("%(patient)s moved to %(day)s, %(time)s, %(practitioner)s.") % values
    fields = {
        "move-practitioner": str(was["practitioner"]),
        "move-location": str(was["location"]),
        "move-day": was["day"].isoformat(),
        "move-time": f"{was['time']:%H:%M}",
        "seen": steps.seen_as(moved),
        "confirmed": "yes" if was_confirmed else "",
    }
    undo = {"url": reverse("board-move", args=[visit.pk]), "fields": fields}
    return _done(request, moved, said, undo)


def _move(request, visit: Appointment, form: MoveForm) -> Appointment:
    names = ("practitioner", "location", "starts_at", "force_reason")
    return steps.move_seen(
        visit,
        **{name: form.cleaned_data[name] for name in names},
        force=form.cleaned_data["force"],
        heed=True,
        seen=request.POST.get("seen", ""),
        confirmed=request.POST.get("confirmed") == "yes",
        by=actor_of(request.user),
        now=timezone.now(),
    )


def _in_the_way(request, visit: Appointment, form: MoveForm, error: BookingError) -> HttpResponse:
    """Say what is in the way, and ask for a reason where force would help. Nothing was written."""
    form.refuse(error)
    form.suggest(visit.service, timezone.now())
    group = visit.service.is_group
    warning = {"warning": True, "can_force": not (isinstance(error, NotOffered) or group)}
    return _visit_page(request, visit, form=form, status=409, **warning)


def _visit(pk) -> Appointment:
    """Return a visit somebody has booked, else 404."""
    rows = Appointment.objects.visits().with_people().annotate(**money.columns())
    found = rows.filter(pk=pk, patient__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _visit_page(
    request, visit: Appointment, *, form=None, error: str = "", status: int = 200, **more: bool
) -> HttpResponse:
    place = visit.location
    zone = Place(place.pk, place.name, place.slug, place.tz)
    now = timezone.now()
    one = cards.card(visit, zone, Packages({visit.patient_id}, now), now)
    one.with_whom = str(visit.practitioner)
    context = {
        **frame(request),
        "title": str(visit.patient),
        "visit": visit,
        "card": one,
        "form": (form or MoveForm.of(visit)) if one.movable else None,
        **more,
        "error": error,
        "back": back_to_board(request, visit),
    }
    name = "_board_visit.html" if is_part(request) else "board_visit.html"
    return render(request, f"admin/bookings/{name}", context, status=status)


def _refused(request, visit: Appointment, error: BookingError) -> HttpResponse:
    """Answer 409: nothing was written, and here is the visit as it stands now."""
    text = " ".join([str(error), *map(in_the_way, getattr(error, "clashes", ()))])
    if is_part(request):
        return JsonResponse({"error": text}, status=409)
    return _visit_page(request, _visit(visit.pk), error=text, status=409)


def _done(request, visit: Appointment, said: str, undo: dict | None) -> HttpResponse:
    if is_part(request):
        return JsonResponse({"said": said, "undo": undo})
    messages.success(request, said)
    if undo:
        kept = {**undo, "said": said, "until": timezone.now().timestamp() + UNDO_FOR}
        request.session["board_undo"] = kept
    else:
        request.session.pop("board_undo", None)
    return redirect(back_to_board(request, visit))


def _undo_offered(request) -> dict | None:
    """Return how to take the last change back, for a while, on a page without script."""
    kept = request.session.get("board_undo")
    return kept if kept and kept["until"] > timezone.now().timestamp() else None


urlpatterns = [
    path("", board_day, name="board-day"),
    path("week/", board_week, name="board-week"),
    path("visit/<uuid:visit>/", board_visit, name="board-visit"),
    path("visit/<uuid:visit>/step/", board_step, name="board-step"),
    path("visit/<uuid:visit>/undo/", board_undo, name="board-undo"),
    path("visit/<uuid:visit>/move/", board_move, name="board-move"),
]
