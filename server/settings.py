"""Settings of the whole program: this one file, and the environment.

Every name read with `env`, `env_bool` or `env_int` is described in docs/settings.md and in deploy/environment.sample.
Wrong settings are explained by `manage.py check` (server/checks.py) before the first request.
"""

import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """The environment's text under that name; an empty value counts as not set."""
    return os.environ.get(name) or default


def env_bool(name: str, default: bool) -> bool:
    """True/False from the environment; anything that is not plainly yes or no stops the start."""
    text = env(name, str(default)).lower()
    if text in {"true", "1", "yes", "on"}:
        return True
    if text in {"false", "0", "no", "off"}:
        return False
    raise ValueError(f"{name}={text!r}: write True or False")


def env_int(name: str, default: int) -> int:
    """A whole number from the environment; anything else stops the start."""
    text = env(name, str(default))
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name}={text!r}: write a whole number") from None


# One truth: the first version heading of the changelog.
_heading = re.search(r"^## (\d+\.\d+\.\d+)", (BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
VERSION = _heading[1] if _heading else "0"

DEBUG = env_bool("DEBUG", False)

# Everything this installation writes lives here: database, key ring, files, secret.
VAR_DIR = Path(env("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def _own_secret(path: Path) -> str:
    """The installation's own secret, made on the first run; readable by its owner only."""
    if not path.exists():
        # Written beside and linked: of several processes starting at once one wins, and none reads half a secret.
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        beside.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env("SECRET_KEY") or _own_secret(VAR_DIR / "secret_key")

# Processes that answer requests (`manage.py up`), each with that many threads.
WEB_WORKERS = env_int("WEB_WORKERS", 2)
WEB_THREADS = env_int("WEB_THREADS", 4)

# --- where we are reached ------------------------------------------------
# The address people and phones type, without a path. Cookies, redirects and the phones' QR code follow from it.
PUBLIC_URL = env("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [host for host in env("ALLOWED_HOSTS").split(",") if host] or sorted(
    {urlsplit(PUBLIC_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost"}
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 31_536_000) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
if IS_HTTPS:
    # The web server in front must set this header itself and drop what a client sent (deploy/nginx.conf does).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
# So long what a worker says of a village he has given up still counts unjudged (phones send late).
STANDING_DAYS = env_int("STANDING_DAYS", 14)
X_FRAME_OPTIONS = "DENY"

# --- what the program is made of ------------------------------------------------
ROOT_URLCONF = "server.urls"
WSGI_APPLICATION = "server.wsgi.application"
# Phones speak exact paths: a redirect that adds a slash would turn their POST into a GET.
APPEND_SLASH = False

INSTALLED_APPS = [
    # Own apps, highest floor first: a template or command of ours wins over a library's of the same name.
    "server",
    "server.api",
    "server.desk",
    "server.exchange",
    "server.field",
    "server.oversight",
    "server.ledgers",
    "server.support",
    "server.visits",
    "server.households",
    "server.acts",
    "server.accounts",
    "server.areas",
    "sync",
    "forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "sync.middleware.PlainAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    # Last, as its manual asks: it turns a locked-out log-in into an answer.
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- database ------------------------------------------------


def _postgres(url: str) -> dict[str, Any]:
    """Django's database settings from postgres://user:password@host:port/name?sslmode=…"""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL: only postgres://user:password@host:port/name is understood")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": env("TEST_DATABASE", "test_tanfang")},
    }


_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": env("SQLITE_PATH", str(VAR_DIR / "tanfang.sqlite3")),
    "OPTIONS": {
        # A writer takes its lock at the start of the transaction: it then waits its turn, and never fails half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": env_int("SQLITE_TIMEOUT", 30),
        # FULL: what a phone was told is kept survives a power cut.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
    },
}
DATABASES = {
    "default": {**(_postgres(env("DATABASE_URL")) if env("DATABASE_URL") else _SQLITE), "CONN_MAX_AGE": 600}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = env_int("LOGIN_FAILURE_LIMIT", 8)
AXES_COOLOFF_TIME = 0.25  # hours
# By person and address together: a guesser elsewhere cannot lock a colleague out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "server.desk.entry.locked_out"

# --- language and time ------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- files and keys ------------------------------------------------
KEY_RING_PATH = Path(env("KEY_RING_PATH", str(VAR_DIR / "keyring.json")))
FILES_DIR = Path(env("FILES_DIR", str(VAR_DIR / "files")))
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise complains of a missing folder at every start
# Served straight from the packages: nothing to collect before the first run.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
# One submission of a phone may come with many photos (Collect sends up to 100 parts).
DATA_UPLOAD_MAX_NUMBER_FILES = 120
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- the phones' door ------------------------------------------------
# "request": the domain work is done before the phone has its answer; "worker": it is left to `manage.py work`.
FIELD_APPLY = env("FIELD_APPLY", "request")
# How much a phone is asked to send at once (it splits a submission with many photos), and what is refused outright.
# The web server in front must let the larger one pass (deploy/nginx.conf), or its own error page reaches the phone.
PHONE_POST_BYTES = env_int("PHONE_POST_MB", 5) * 1_000_000
PHONE_POST_MOST_BYTES = env_int("PHONE_POST_MOST_MB", 30) * 1_000_000

# --- ledgers ------------------------------------------------
# 表一 is for those who have not applied yet (青民〔2024〕25号). Where a bureau wants who has applied and waits there
# too, this is its switch; a closed month keeps the setting it was closed with.
APPLYING_IN_TABLE_ONE = env_bool("APPLYING_IN_TABLE_ONE", False)
# Day of the next month until which a month is to be reported: it only reminds, the notice names none.
LEDGER_REPORT_DAY = env_int("LEDGER_REPORT_DAY", 5)

# --- background jobs, REST ------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    # The first one's name stands in the 401 of whoever comes without anything.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "server.api.authenticate.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "青浦区低收入人口探访关爱 数据接口",
    "DESCRIPTION": "只读。各项数据按令牌所属人员的岗位与辖区提供，证件号码、电话、住址一律脱敏；越区访问记入访问记录。",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "Grade": "server.households.kinds.Grade",
        "Status": "server.households.kinds.Status",
        "Standing": "server.households.kinds.Standing",
        "Review": "server.households.kinds.Review",
        "Outcome": "server.households.kinds.Outcome",
        "Programme": "server.households.kinds.Programme",
        "DueKind": "server.visits.kinds.DueKind",
        "DecisionKind": "server.acts.kinds.ActKind",
        "Table": "server.ledgers.kinds.LedgerKind",
        "Via": "sync.kinds.Via",
        "DueState": "server.api.due.DUE_STATES",
        "MonthState": "server.api.ledgers.STATES",
    },
}

# --- log ------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"keys": {"()": "sync.logs.HideKeys"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
}
