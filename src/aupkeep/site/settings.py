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
]
AUTH_USER_MODEL = "store.Staff"
DATABASES = {"default": database(_settings.database, str(_home.database))}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
