"""The practice: how it begins, its settings and its logo."""

import secrets
import zoneinfo
from io import BytesIO

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from clinic import audit, roles
from clinic import practice as practices
from clinic.actions.notices import keep_notice
from clinic.actions.users import invite_user
from clinic.errors import AlreadyStarted, LogoRefused
from clinic.models import Practice, User
from clinic.models.places import check_time_zone
from clinic.models.users import normal_email

LARGEST = 1_000_000  # bytes
DOTS = 4_000  # either side of the picture as it is sent
SHOWN = (720, 240)  # dots of the picture as it is kept: three times its size on the page


def save_practice(practice: Practice, *, by: User, changed: list[str] | None = None) -> Practice:
    """Save the settings and record which of them changed (their names, not their values).

    A new logo is drawn anew as a PNG, so that nothing hidden in the file is ever served.
    Raises LogoRefused when it is no PNG or JPEG within the limits, and NoticeAgreedTo for another
    privacy notice of the same day.
    """
    fresh_logo = practice.logo and not getattr(practice.logo, "_committed", True)
    if fresh_logo:
        practice.logo = redrawn(practice.logo.file)
    with transaction.atomic():
        keep_notice(practice, now=timezone.now())
        practice.save()
        fields = sorted(changed or [])
        audit.record("practice_saved", practice, by=audit.actor_of(by), data={"fields": fields})
    practices.forget()
    return practice


def start_clinic(
    name: str, *, time_zone: str, email: str, manager: str, treats: bool = False
) -> tuple[User, str]:
    """Make the practice and its first manager; return them and the token of their link.

    treats  the manager is a physio as well: nobody gives a clinical role to themselves later

    Asking again for the same address gives a new link as long as it was not used. Raises
    AlreadyStarted once somebody is at work, and ValidationError for a time zone nobody knows.
    """
    check_time_zone(time_zone)
    with transaction.atomic():
        for user in User.objects.filter(groups__name=roles.MANAGER):
            if user.email != normal_email(email) or user.has_usable_password():
                raise AlreadyStarted
        today = timezone.localdate(timezone=zoneinfo.ZoneInfo(time_zone))
        practice, made = Practice.objects.get_or_create(
            pk=Practice.SINGLETON,
            defaults={
                "name": name,
                "time_zone": time_zone,
                "email": email,
                "privacy_dated": today,
            },
        )
        if made:
            keep_notice(practice, now=timezone.now())
            audit.record("clinic_started", practice, by=audit.SYSTEM)
        invited = invite_user(
            email,
            name=manager,
            role_names=[roles.MANAGER, roles.PHYSIO] if treats else [roles.MANAGER],
            by=audit.SYSTEM,
            mail=False,
        )
    practices.forget()
    return invited


def redrawn(file: File) -> ContentFile:
    """Return the picture as a small PNG under a name nobody can guess; else raise LogoRefused."""
    if file.size > LARGEST:
        raise LogoRefused
    try:
        file.seek(0)
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            if max(picture.size) > DOTS:
                raise LogoRefused
            kept = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise LogoRefused from error
    kept.thumbnail(SHOWN)
    out = BytesIO()
    kept.save(out, format="PNG", optimize=True)
    return ContentFile(out.getvalue(), name=f"logo-{secrets.token_hex(8)}.png")
