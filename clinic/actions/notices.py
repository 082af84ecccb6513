"""Privacy notices: what was agreed to can be read again, by the day that a consent names."""

from datetime import date, datetime

from clinic.errors import NoticeAgreedTo
from clinic.models import Consent, Practice, PrivacyNotice


def notice_of(dated: date) -> PrivacyNotice | None:
    """Return the notice of a day; None when there was none. One query."""
    return PrivacyNotice.objects.filter(dated=dated).order_by("-saved_at", "-pk").first()


def days_of_notices() -> list[date]:
    """Return the days of all notices, the newest first. One query."""
    days = PrivacyNotice.objects.order_by("-dated").values_list("dated", flat=True)
    return list(days.distinct())


def check_notice(dated: date, text: str) -> None:
    """Raise NoticeAgreedTo for another text of a day on whose notice somebody relied."""
    kept = notice_of(dated)
    if kept is None or kept.text == text:
        return
    agreed = Consent.objects.filter(text_dated=dated).exclude(kind=Consent.Kind.TREATMENT)
    if agreed.exists():  # consent to treatment names the day of another text
        raise NoticeAgreedTo


def keep_notice(practice: Practice, *, now: datetime) -> bool:
    """Keep the practice's notice as it is now; False when it is kept already.

    Raises NoticeAgreedTo.
    """
    check_notice(practice.privacy_dated, practice.privacy_text)
    kept = notice_of(practice.privacy_dated)
    if kept is not None and kept.text == practice.privacy_text:
        return False
    PrivacyNotice.objects.create(
        dated=practice.privacy_dated, text=practice.privacy_text, saved_at=now
    )
    return True
