"""Everything comes from the environment; STEPDOWN_MODE decides how strict the rest is.

``demo`` (the default) runs at once on SQLite with a key of its own, on this machine only.
``production`` refuses to start until what a real clinic needs is set.
"""

import re
import secrets
import zoneinfo
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from clinic import catalogues
from clinic.logs import LOGGING  # noqa: F401  (a setting, kept beside what it is made of)

# The wheel's zone data, not the machine's: Alberta stopped changing its clocks in 2026.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

env = environ.Env()


def required(name: str, sentence: str) -> str:
    """Return the variable, or refuse to start with a sentence that says what to set."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {sentence}")
    return value


def demo_key() -> str:
    """Return this demo's own key, made on first use. Two first users agree on one."""
    path = VAR / "secret_key"
    VAR.mkdir(exist_ok=True)
    if not path.exists():
        fresh = VAR / f".secret_key.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


STEPDOWN_MODE = env.str("STEPDOWN_MODE", default="demo")
if STEPDOWN_MODE not in {"demo", "production"}:
    raise ImproperlyConfigured("STEPDOWN_MODE is either demo or production.")
DEMO = STEPDOWN_MODE == "demo"
DEBUG = DEMO and env.bool("DEBUG", default=False)

PORT = env.int("PORT", default=8000)

if DEMO:
    SECRET_KEY = demo_key()
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}")
    VAR.mkdir(exist_ok=True)
    DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'demo.sqlite3'}")}
else:
    SECRET_KEY = required("SECRET_KEY", "Make one with: openssl rand -base64 64")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured("SECRET_KEY is too weak: use 50 random characters or more.")
    ALLOWED_HOSTS = required(
        "ALLOWED_HOSTS", "Name the clinic's host, e.g. book.example.com"
    ).split(",")
    if any(host.strip() in {"*", ""} for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured("ALLOWED_HOSTS names hosts one by one, never *.")
    SITE_URL = required("SITE_URL", "It is the public address, e.g. https://book.example.com")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL starts with https:// in production.")
    required("EMAIL_URL", "For example smtp+tls://user:password@mail.example.com:587")
    required("DATABASE_URL", "For example postgres://stepdown:password@db:5432/stepdown")
    DATABASES = {"default": env.db("DATABASE_URL")}
    if "sqlite" in DATABASES["default"]["ENGINE"] and not env.bool("ALLOW_SQLITE", default=False):
        raise ImproperlyConfigured(
            "DATABASE_URL names SQLite. Production runs on PostgreSQL; a clinic on a single"
            " machine may choose SQLite by setting ALLOW_SQLITE=yes."
        )
SITE_URL = SITE_URL.rstrip("/")

# Seconds; 0 behind a pooler, or under a server that makes a thread for every connection.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
PREPARE_STATEMENTS = DATABASES["default"]["CONN_MAX_AGE"] != 0  # see clinic.statements
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes the lock when it begins, so that two never deadlock half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=10_000)}"
        " -c lock_timeout=8000 -c idle_in_transaction_session_timeout=60000"
        # What is prepared (clinic.statements) is planned once; nothing is worth compiling.
        " -c plan_cache_mode=force_generic_plan -c jit=off"
    )

INSTALLED_APPS = [
    "clinic.admin_app.ClinicAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "heroicons",
    "js_lib_bootstrap5",
    "phonenumber_field",
    "csp",
    "clinic",
    "bookings",
    "assessments",
]

MIDDLEWARE = [
    "clinic.middleware.WellFormed",
    "clinic.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clinic.languages.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # Every page needs a sign-in unless its view says @login_not_required.
    "clinic.middleware.SignInRequired",
    "clinic.middleware.SecondFactor",
    "clinic.middleware.ScreenLock",
    # Nothing below /admin/ exists for who does not work there.
    "clinic.middleware.DeskDoor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.ClinicClock",
    "clinic.middleware.NoStore",
    "clinic.middleware.SaysWhatToDo",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "clinic.context.practice",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Accounts --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = [
    "clinic.backends.ByPassword",
    "clinic.backends.ByCode",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home-for-me"
ACCOUNT_ADAPTER = "clinic.accounts.Adapter"
ACCOUNT_FORMS = {
    "login": "clinic.accounts.PasswordForm",
    "request_login_code": "clinic.accounts.RequestCodeForm",
    "confirm_login_code": "clinic.accounts.CodeForm",
    "change_password": "clinic.accounts.NewPasswordForm",
    "reauthenticate": "clinic.accounts.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # sign-up is closed; sign-in shows these
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code sent to the address proves it each time
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds until a sensitive act asks again
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = False
LIMIT_FACTOR = 1000 if DEMO else 1  # demo multiplies every limit
LIMIT_CODES_PER_ADDRESS = env.int("LIMIT_CODES_PER_ADDRESS", default=60)  # all of these an hour
LIMIT_CODES_PER_EMAIL = env.int("LIMIT_CODES_PER_EMAIL", default=5)
LIMIT_HOLDS_PER_ADDRESS = env.int("LIMIT_HOLDS_PER_ADDRESS", default=120)
LIMIT_BOOKINGS_PER_ADDRESS = env.int("LIMIT_BOOKINGS_PER_ADDRESS", default=60)
LIMIT_BOOKINGS_PER_EMAIL = env.int("LIMIT_BOOKINGS_PER_EMAIL", default=5)
LIMIT_INTAKE_CODES_PER_ADDRESS = env.int("LIMIT_INTAKE_CODES_PER_ADDRESS", default=30)
LIMIT_EMERGENCY_SEARCHES = env.int("LIMIT_EMERGENCY_SEARCHES", default=10)
LIMIT_CALLBACKS_PER_ADDRESS = env.int("LIMIT_CALLBACKS_PER_ADDRESS", default=5)
# Whoever missed so many visits within a year is called before the next one stands; 0: nobody.
NO_SHOW_LIMIT = env.int("NO_SHOW_LIMIT", default=2)
ACCOUNT_RATE_LIMITS = {
    "login": f"{60 * LIMIT_FACTOR}/h/ip",
    "login_failed": f"{20 * LIMIT_FACTOR}/15m/ip,{5 * LIMIT_FACTOR}/15m/key",
    "request_login_code": (
        f"{LIMIT_CODES_PER_ADDRESS * LIMIT_FACTOR}/h/ip,"
        f"{LIMIT_CODES_PER_EMAIL * LIMIT_FACTOR}/h/key"
    ),
    "signup": f"{20 * LIMIT_FACTOR}/h/ip",
    "reset_password": f"{20 * LIMIT_FACTOR}/h/ip,{5 * LIMIT_FACTOR}/h/key",
    "reauthenticate": f"{10 * LIMIT_FACTOR}/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_ADAPTER = "clinic.accounts.MfaAdapter"
MFA_FORMS = {
    "authenticate": "clinic.accounts.SecondFactorForm",
    "reauthenticate": "clinic.accounts.SecondFactorAgainForm",
    "activate_totp": "clinic.accounts.AddAppForm",
}

# Which pages elsewhere may read the public addresses from a browser, and how often anybody may.
API_ORIGINS = [origin.strip() for origin in env.str("API_ORIGINS", default="").split(",") if origin]
API_PER_MINUTE = env.int("API_PER_MINUTE", default=120)

# Hosts that the clinical lead may link an exercise to, such as where the clinic keeps its films.
_hosts = env.str("EXERCISE_LINK_HOSTS", default="example.org" if DEMO else "")
EXERCISE_LINK_HOSTS = [host.strip() for host in _hosts.split(",") if host.strip()]

# Minutes without a touch after which a screen of staff locks itself; 0: never.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=240 if DEMO else 15)
MFA_TRUST_ENABLED = True  # the second factor is asked once per device
MFA_TRUST_COOKIE_AGE = 12 * 60 * 60  # seconds
SESSION_ENGINE = "clinic.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds; the second factor is asked once in this time
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "clinic.views.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Time and words --------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"  # pages, mails and calendars say the location's own time
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]  # those whose catalogue is complete
try:
    LOCALE_PATHS = [catalogues.compiled(BASE_DIR / "locale", VAR / "locale")]
except OSError as error:
    raise ImproperlyConfigured(f"The languages cannot be written below {VAR}: {error}") from error
FORMAT_MODULE_PATH = ["clinic.formats"]
PHONENUMBER_DEFAULT_REGION = env.str("PHONE_REGION", default="CA")
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

# Mail ------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 10  # seconds; without it a silent mail server hangs the worker
MAIL_DIR = env.str("MAIL_DIR", default=str(VAR / "mail") if DEMO else "")
if MAIL_DIR:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR
else:
    globals().update(env.email_url("EMAIL_URL"))
    if globals()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "clinic.smtp.EmailBackend"  # knows whether a letter was handed over
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="clinic@example.com")

# Text messages: "" (none), file, mail (through a gateway's address) or http (to one fixed host).
SMS_BACKEND = env.str("SMS_BACKEND", default="file" if DEMO else "")
SMS_DIR = env.str("SMS_DIR", default=str(VAR / "sms"))
SMS_MAIL_TO = env.str("SMS_MAIL_TO", default="")
SMS_HTTP_URL = env.str("SMS_HTTP_URL", default="")
SMS_HTTP_TOKEN = env.str("SMS_HTTP_TOKEN", default="")
if SMS_BACKEND not in {"", "file", "mail", "http"}:
    raise ImproperlyConfigured("SMS_BACKEND is file, mail or http, or empty for none.")
if SMS_BACKEND == "mail" and not re.fullmatch(
    r"[^@\s]*\{(number|digits)\}[^@\s]*@[^@\s{}]+", SMS_MAIL_TO
):
    raise ImproperlyConfigured(
        "SMS_MAIL_TO is the gateway's address with the number in it: {number}@sms.example.com"
    )
if SMS_BACKEND == "http" and not re.match(
    r"https://[^/@\s]+(/|$)" + (r"|http://127\.0\.0\.1[:/]" if DEMO else ""), SMS_HTTP_URL
):
    raise ImproperlyConfigured("SMS_HTTP_URL is the gateway's address and starts with https://")

# Files and caches ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
if DEMO:  # served straight from the apps; the folder stays empty, but WhiteNoise wants to see one
    STATIC_ROOT = VAR / "static"
    STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR / "media"))
MEDIA_URL = "media/"
# Files about patients: no address leads here, and only the app's own user may read them.
FILES_ROOT = env.str("FILES_ROOT", default=str(VAR / "files"))
# Who was erased, for after a restore: outside the database, the folders above and their backups.
ERASURES_FILE = env.str("ERASURES_FILE", default=str(VAR / "erasures" / "erasures.jsonl"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "clinical": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": FILES_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
CACHES = {
    "default": {
        # In the database, so that every web process counts the same failed sign-ins.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
    }
}
LARGEST_REQUEST = 12_000_000  # bytes; a file of 10 MB and what goes with it
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# Where backups are written: the first day asks for it and shows how old the newest file is.
BACKUP_DIR = env.str("BACKUP_DIR", default="")
# A file with the words that backups are encrypted with. It is kept where the backups are not.
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", default="")

# Hardening -------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],  # Bootstrap draws its arrows this way
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
_NOBODY_USES = "accelerometer camera geolocation gyroscope microphone payment usb"
PERMISSIONS_POLICY: dict[str, list[str]] = {name: [] for name in _NOBODY_USES.split()}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Proxies in front, for the client's address.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    # Browser preload lists are the domain owner's decision.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
