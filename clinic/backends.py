"""Who is signed in, with the language they read: one query for both."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from clinic.models import PatientGrant, User


class Reading:
    """Loads a user with ``reads``: the language of their own record, None without one.

    One's own is a record granted to the sign-in that has its address. Who only follows along with
    somebody reads the language of their browser.
    """

    def get_user(self, user_id):
        own = PatientGrant.objects.filter(
            user=OuterRef("pk"), revoked_at__isnull=True, patient__email=OuterRef("email")
        )
        words = Coalesce("patient__merged_into__language", "patient__language")
        first = own.order_by("granted_at").values(words=words)[:1]
        user = User.objects.annotate(reads=Subquery(first)).filter(pk=user_id).first()
        return user if user is not None and user.is_active else None


class ByPassword(Reading, ModelBackend):
    """Staff."""


class ByCode(Reading, AuthenticationBackend):
    """Patients, by a code sent to their address."""
