"""PINs of devices: set after the password, checked a few times, then gone."""

from datetime import datetime

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import transaction
from django.db.models import F

from clinic import audit
from clinic.models import DevicePin, User

TRIES = 5
_hasher = Argon2PasswordHasher()


def set_pin(user: User, device: str, pin: str, *, now: datetime) -> None:
    """Keep a PIN for this person on this device (the SHA-256 of its cookie)."""
    with transaction.atomic():
        DevicePin.objects.filter(user=user, device=device).delete()
        DevicePin.objects.create(
            user=user, device=device, pin=_hasher.encode(pin, _hasher.salt()), made_at=now
        )
        audit.record("pin_set", user, by=audit.actor_of(user), at=now)


def try_pin(user: User, device: str, pin: str) -> bool:
    """Say whether the PIN fits. After TRIES wrong ones in a row it is gone: then the password."""
    with transaction.atomic():
        row = DevicePin.objects.select_for_update().filter(user=user, device=device).first()
        if row is None or not row.tries < TRIES:
            return False
        if _hasher.verify(pin, row.pin):
            DevicePin.objects.filter(pk=row.pk).update(tries=0)
            return True
        DevicePin.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        if row.tries + 1 >= TRIES:
            row.delete()
            audit.record("pin_gone", user, by=audit.actor_of(user))
        return False


def has_pin(user: User, device: str) -> bool:
    """Say whether a PIN opens this person's screen on this device."""
    return bool(device) and DevicePin.objects.filter(user=user, device=device).exists()
