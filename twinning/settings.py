"""Everything that can be set, driven by the environment; a wrong value stops the start.

The variables are listed in README.md. Nothing exists only in production: it is switched here and guarded by
`check --deploy`.
"""

import os
import secrets
import tomllib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


# --- Where and for whom -------------------------------------------------------------------------------------------

PORTAL_ENV = env.str("PORTAL_ENV", "demo")
if PORTAL_ENV not in {"demo", "production", "test"}:
    raise ImproperlyConfigured(f"PORTAL_ENV must be demo, production or test, not {PORTAL_ENV!r}")
PRODUCTION = PORTAL_ENV == "production"

REQUIRED_IN_PRODUCTION = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL", "PORTAL_BASE_URL")
if PRODUCTION:
    missing = [name for name in REQUIRED_IN_PRODUCTION if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"PORTAL_ENV=production needs {', '.join(missing)}")

PORTAL_COUNTRY = env.str("PORTAL_COUNTRY", "DZ").upper()
PROFILE_DIR = BASE_DIR / "core" / "profiles" / PORTAL_COUNTRY
if not (PROFILE_DIR / "profile.toml").is_file():
    known = sorted(path.parent.name for path in PROFILE_DIR.parent.glob("*/profile.toml"))
    raise ImproperlyConfigured(f"PORTAL_COUNTRY must be one of {', '.join(known)}, not {PORTAL_COUNTRY!r}")

PORTAL_DATA = Path(env.str("PORTAL_DATA", str(BASE_DIR / "var"))).resolve()
PORTAL_DATA.mkdir(parents=True, exist_ok=True)

PORT = env.int("PORT", 8000)
PORTAL_BASE_URL = env.str("PORTAL_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
if urlsplit(PORTAL_BASE_URL).scheme not in {"http", "https"}:
    raise ImproperlyConfigured("PORTAL_BASE_URL must begin with http:// or https://")


# --- Django -------------------------------------------------------------------------------------------------------


def kept_secret() -> str:
    """The secret key of an installation without SECRET_KEY: made once, kept in PORTAL_DATA, readable by its owner."""
    path = PORTAL_DATA / "secret_key"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text()


DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", urlsplit(PORTAL_BASE_URL).hostname])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)  # a reverse proxy that always sets X-Forwarded-Proto

INSTALLED_APPS = [
    "twinning.apps.TwinningConfig",
    "reports",
    "support",
    "evaluation",
    "activities",
    "partnerships",
    "library",
    "accounts",
    "core",
    "twinning.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.SafeTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.LanguageMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "twinning.urls"
WSGI_APPLICATION = "twinning.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "core.rendering.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["core.templates.Loader", "django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context.page_frame",
            ],
        },
    }
]


# --- Database: SQLite in PORTAL_DATA, or DATABASE_URL -------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{PORTAL_DATA / 'tawama.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits at the start instead of failing half-way
        "timeout": 20,  # seconds
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///")


# --- Cache, broker, tasks -----------------------------------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

BROKER_DIR = PORTAL_DATA / "broker"
if not REDIS_URL:
    BROKER_DIR.mkdir(exist_ok=True)


# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PortalBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60  # seconds

SESSION_IDLE_SECONDS = 30 * 60
SESSION_LONGEST_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
SESSION_COOKIE_NAME = "portal_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

AXES_LOCKOUT_PARAMETERS = ["username"]  # per account: the address can be shared by a hospital, or forged
AXES_USERNAME_FORM_FIELD = "username"  # as authenticate() is called, on the page and by the API
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours; too_many_attempts() in accounts.throttle says it in words
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.throttle.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # `manage.py axes_list_attempts` and `axes_reset` tell and mend
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # it wants the address too: the limit per account alone is the stricter one
LOGIN_FAILURES_PER_ADDRESS = 60  # within AXES_COOLOFF_TIME, over all accounts


# --- Languages and formats ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", _("Arabic")), ("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "portal_language"
LOCALE_PATHS = [PROFILE_DIR / "locale", BASE_DIR / "locale"]  # a country's own words come before the common ones
USE_I18N = True
USE_TZ = True
TIME_ZONE = tomllib.loads((PROFILE_DIR / "profile.toml").read_text(encoding="utf-8"))["time_zone"]
FORMAT_MODULE_PATH = ["core.locale_formats"]


# --- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = PORTAL_DATA / "static"
MEDIA_ROOT = PORTAL_DATA / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static.OneSheetManifestStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes of a body without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000
PAPER_SIGNER = env("PAPER_SIGNER", default="core.seals.PlainPaper")  # a class with sign(bytes) -> bytes: an electronic signature later
UPLOAD_MAX_BYTES = 15_000_000
EXPORT_AT_ONCE = env.int("EXPORT_AT_ONCE", 20_000)  # rows of a workbook that are made while somebody waits; more are made in the background
REPORT_FILE_DAYS = env.int("REPORT_FILE_DAYS", 90)  # how long a report that somebody asked for is kept as a file


# --- Mail ---------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", f"file://{PORTAL_DATA / 'mail'}")
email = urlsplit(EMAIL_URL)
if email.scheme == "file":
    EMAIL_BACKEND = "core.mail.FolderBackend"
    EMAIL_FILE_PATH = Path(email.path)
elif email.scheme in {"smtp", "smtp+tls", "smtp+ssl"}:
    EMAIL_BACKEND = "core.mail.SmtpBackend"
    smtp = env.email_url("EMAIL_URL")
    EMAIL_HOST, EMAIL_PORT = smtp["EMAIL_HOST"] or "localhost", smtp["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = smtp["EMAIL_HOST_USER"], smtp["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = email.scheme == "smtp+tls", email.scheme == "smtp+ssl"
    EMAIL_TIMEOUT = 20  # seconds
else:
    raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtp+tls://, smtp+ssl:// or file:///")
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", f"Tawama <tawama@{urlsplit(PORTAL_BASE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


# --- Safety -------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
HTTPS = PORTAL_BASE_URL.startswith("https://") or PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION  # security.W021 asks for it; what it permits is said in docs/operations.md
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


# --- API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.authentication.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend", "core.api.AllowedOrdering"],
    "DEFAULT_PAGINATION_CLASS": "core.api.PagePagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problem",
    "PAGE_SIZE": 50,
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "TOKEN_LIMIT_PER_USER": 20, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tawama",
    "DESCRIPTION": "Twinning partnerships between health institutions.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ActivityKindEnum": "activities.kinds.kind_choices",
        "AgreementKindEnum": "partnerships.choices.AgreementKind.choices",
        "EvaluationKindEnum": "evaluation.choices.EvaluationKind.choices",
        "AgreementStatusEnum": "partnerships.choices.AgreementStatus.choices",
        "PartnershipStatusEnum": "partnerships.choices.PartnershipStatus.choices",
        "ActivityStatusEnum": "activities.choices.ActivityStatus.choices",
        "EvaluationStatusEnum": "evaluation.choices.EvaluationStatus.choices",
        "PartnershipOriginEnum": "partnerships.choices.Origin.choices",
        "ActivityOriginEnum": "activities.choices.ActivityOrigin.choices",
    },
}


# --- Log ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.OneLineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "axes": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},  # it warns that a folder has no host name
    },
}
