"""How people sign in: staff by password and second factor, patients by a code sent to them."""

import uuid
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AuthenticateAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic import actions, audit, outbox, practice
from clinic.middleware import client_address
from clinic.models.users import normal_email

TOPICS = {
    "account/email/login_code": "sign_in_code",
    "account/email/unknown_account": "sign_in_unknown",
}


class Adapter(DefaultAccountAdapter):
    """Closed for sign-up; mails go through the outbox; every sign-in leaves an audit row."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This address and password do not belong together."),
        "incorrect_code": _("This is not the code we sent. Look at the newest mail."),
        "too_many_login_attempts": _("Too many tries. Wait a quarter of an hour, or call us."),
        "rate_limited": _("Too many tries. Wait a quarter of an hour, or call us."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Owe the mail. A code travels in the payload, which is blanked once it was sent."""
        payload = {"code": context["code"]} if "code" in context else {}
        payload["language"] = get_language() or ""  # of the page where somebody asked
        outbox.queue(
            TOPICS[template_prefix],
            to=normal_email(email),
            key=f"sign_in:{uuid.uuid4()}",
            payload=payload,
            urgent=True,
        )

    def is_safe_url(self, url: str) -> bool:
        """Allow a ``next`` only when it is the path of a page of ours."""
        parts = urlsplit(url)
        if parts.scheme or parts.netloc or not super().is_safe_url(url):
            return False
        try:
            resolve(parts.path)
        except Resolver404:
            return False
        return True

    def post_login(self, request, user, **kwargs):
        audit.record("signed_in", user, by=audit.actor_of(user))
        return super().post_login(request, user, **kwargs)

    def get_client_ip(self, request) -> str:
        return client_address(request)


class MfaAdapter(DefaultMFAAdapter):
    """Authenticator apps and passkeys show the clinic's own name."""

    def get_totp_issuer(self) -> str:
        return practice.current().name

    def _get_site_name(self) -> str:
        return practice.current().name


class PasswordForm(LoginForm):
    """Staff: address and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        _plain(self)


class RequestCodeForm(RequestLoginCodeForm):
    """Asks for the address; a patient known by it gets a sign-in on the way.

    The answer is the same for every address: whether the clinic knows it is said only in the mail.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("The one you gave the clinic.")
        _plain(self)

    def clean_email(self) -> str:
        email = normal_email(super().clean_email())
        self._user = actions.user_for_code(email)
        return email


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the e-mail")
        _plain(self)
        self.fields["code"].widget.attrs["class"] = "sd-code"


class NewPasswordForm(ChangePasswordForm):
    """One's own new password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self)


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, before something that protects patients changes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self)


class SecondFactorForm(AuthenticateForm):
    """The six digits of the app, or a recovery code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self)


class SecondFactorAgainForm(AuthenticateAgainForm):
    """The same, for somebody signed in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self)


class AddAppForm(ActivateTOTPForm):
    """The first digits of a new app."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self)


def _plain(form) -> None:
    """Labels say what a field is for; a grey word inside it would only look filled in."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
