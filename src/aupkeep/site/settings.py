"""Django's settings, made from `$AUPKEEP_HOME` and its aupkeep.toml.

Nothing is written by reading them: keys are made by `store.setup` under the home's lock before
Django starts, and without a key Django itself refuses to sign anything.
"""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aupkeep.config.home import find_home
from aupkeep.config.keys import secrets_for
from aupkeep.config.settings import load
from aupkeep.model.errors import Invalid
from aupkeep.site import pages

BUSY_SECONDS = 20
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def database(url: str, file: str) -> dict[str, Any]:
    """Django's entry for a database: the SQLite `file` for an empty `url`, else PostgreSQL.

    Raises `Invalid` unless the url is `postgresql://user:password@host:port/name`.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "CONN_MAX_AGE": None,  # opening one costs as much as three queries
            "OPTIONS": {
                "timeout": BUSY_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_PRAGMAS,
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        expected = "postgresql://user:password@host:port/name"
        raise Invalid(f"database: expected {expected}, found {parts.scheme}://…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


_home = find_home()
_settings = load(_home)
_secrets = (
    [secret.hex() for secret in secrets_for(_home, "django")]
    if (_home.keys / "django").exists()
    else [""]
)

AUPKEEP_HOME = str(_home.path)
SECRET_KEY = _secrets[-1]
SECRET_KEY_FALLBACKS = _secrets[:-1]
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "aupkeep.store",
    *pages.APPS,
]
AUTH_USER_MODEL = "store.Staff"
DATABASES = {"default": database(_settings.database, str(_home.database))}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

# the pages; what each is for stands in `site.pages`
ALLOWED_HOSTS = pages.hosts(_settings.provider.url, _settings.web.host)
CSRF_TRUSTED_ORIGINS = pages.origins(_settings.provider.url)
APPEND_SLASH = pages.APPEND_SLASH
CSRF_COOKIE_HTTPONLY = pages.CSRF_COOKIE_HTTPONLY
CSRF_COOKIE_NAME = pages.CSRF_COOKIE_NAME
CSRF_COOKIE_SAMESITE = pages.CSRF_COOKIE_SAMESITE
CSRF_COOKIE_SECURE = pages.CSRF_COOKIE_SECURE
CSRF_FAILURE_VIEW = pages.CSRF_FAILURE_VIEW
MIDDLEWARE = pages.MIDDLEWARE
ROOT_URLCONF = pages.ROOT_URLCONF
SESSION_COOKIE_AGE = pages.SESSION_COOKIE_AGE
SESSION_COOKIE_HTTPONLY = pages.SESSION_COOKIE_HTTPONLY
SESSION_COOKIE_NAME = pages.SESSION_COOKIE_NAME
SESSION_COOKIE_SAMESITE = pages.SESSION_COOKIE_SAMESITE
SESSION_COOKIE_SECURE = pages.SESSION_COOKIE_SECURE
STATIC_URL = pages.STATIC_URL
TEMPLATES = pages.TEMPLATES
WHITENOISE_USE_FINDERS = pages.WHITENOISE_USE_FINDERS
