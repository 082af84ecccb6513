"""The first day: what is left before patients can book, each step with the way to it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings.admin.desk_pages import desk_page, manager_only
from bookings.first_steps import trial_of, trial_words
from clinic import first_day as steps
from clinic import practice
from clinic.actions import first_day as actions
from clinic.errors import StepsLeft


@require_safe
@manager_only
def first_day(request):
    """Every step as the data say it stands. It can be left and taken up again at any time."""
    return _page(request)


@require_POST
@manager_only
def first_day_step(request, step):
    """Leave a step out, or need it after all; a step that has a button of its own: press it."""
    now, do = timezone.now(), request.POST.get("do", "")
    found = steps.get(step)
    if found is None:
        raise Http404
    if do == "act" and found.act:
        actions.send_test_mail(by=request.user, now=now)
        text = _("A mail to %(to)s is on its way. Look again in a moment.")
        messages.success(request, text % {"to": request.user.email})
    elif do not in {"skip", "need"} or not actions.leave_out(
        step, by=request.user, now=now, needed=do == "need"
    ):
        raise Http404
    return redirect(f"{reverse('first-day')}#{step}")


@require_POST
@manager_only
def first_day_doors(request):
    """Open for booking when nothing is left, or close again."""
    now = timezone.now()
    if request.POST.get("do") == "close":
        actions.close_booking(by=request.user, now=now)
        messages.warning(request, _("Nobody can book online now. Visits that are booked stay."))
        return redirect("first-day")
    try:
        actions.open_booking(by=request.user, now=now)
    except StepsLeft as error:
        return _page(request, error=str(error), status=409)
    messages.success(request, _("Patients can book now."))
    return redirect(f"{reverse('first-day')}#open")


def _page(request, *, error: str = "", status: int = 200):
    now = timezone.now()
    shown = steps.steps(request.user, now)
    trial = trial_of(request.user)
    settled = sum(each.settled for each in shown)
    return desk_page(
        request,
        "first_day",
        _("First day"),
        status=status,
        error=error,
        steps=shown,
        settled=settled,
        count=len(shown),
        left=len(shown) - settled,
        ready=settled == len(shown),
        opened_at=practice.current().booking_opened_at,
        public=settings.SITE_URL + "/",
        trial=trial,
        trial_words=trial_words(trial),
    )


urlpatterns = [
    path("", first_day, name="first-day"),
    path("doors/", first_day_doors, name="first-day-doors"),
    path("steps/<slug:step>/", first_day_step, name="first-day-step"),
]
