"""The screen of somebody who works here: locked when nobody touched it for a while.

The state lies in the session, so a locked screen can read nothing, by any address. What a person
does counts as a touch; what a page asks for by itself does not.
"""

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from clinic import audit
from clinic.models import User

LOCKS, LOCKED_AT, TOUCHED_AT = "screen_locks", "screen_locked_at", "screen_touched_at"
SIGNED_IN = (
    "account_authentication_methods"  # where allauth keeps when somebody proved who they are
)
BY_ITSELF = ("X-Board", "X-Poll")  # headers of what a page asks for without being touched
GRAIN = 20  # seconds; a touch is written down no more often


def applies_to(request: HttpRequest) -> bool:
    """Say whether this screen locks: of staff only, and where the clinic wants it. No query.

    Whose screen it is was written into the session at the sign-in; a browser without a session
    is not even asked for one.
    """
    if not settings.IDLE_MINUTES or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return bool(request.session.get(LOCKS))


@receiver(user_logged_in, dispatch_uid="clinic.lock")
def begin(sender: type, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Mark the session of somebody who works here; their idle time begins."""
    if user.is_staff or audit.works_here(user):
        request.session[LOCKS] = True
        request.session[TOUCHED_AT] = timezone.now().timestamp()


def is_locked(request: HttpRequest) -> bool:
    """Say whether the screen is locked; an idle one becomes so now."""
    session, now = request.session, timezone.now().timestamp()
    locked_at = session.get(LOCKED_AT)
    if locked_at is not None:
        proofs = [record.get("at", 0) for record in session.get(SIGNED_IN, [])]
        if max(proofs, default=0) <= locked_at:
            return True
        unlock(request)  # by passkey or second factor, on allauth's own page
        if isinstance(request.user, User):
            audit.record("screen_unlocked", request.user, by=audit.actor_of(request.user))
        return False
    if now - session.get(TOUCHED_AT, now) > settings.IDLE_MINUTES * 60:
        lock(request)
        return True
    return False


def lock(request: HttpRequest) -> None:
    """Lock the screen."""
    request.session[LOCKED_AT] = timezone.now().timestamp()


def unlock(request: HttpRequest) -> None:
    """Open the screen again; the idle time begins anew."""
    request.session.pop(LOCKED_AT, None)
    request.session[TOUCHED_AT] = timezone.now().timestamp()


def touch(request: HttpRequest) -> None:
    """Write down that a person did something, unless the page asked by itself."""
    if request.method in ("GET", "HEAD") and any(name in request.headers for name in BY_ITSELF):
        return
    now = timezone.now().timestamp()
    if now - request.session.get(TOUCHED_AT, 0) >= GRAIN:
        request.session[TOUCHED_AT] = now
