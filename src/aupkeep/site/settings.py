"""Django's settings, made from `$AUPKEEP_HOME` and its aupkeep.toml.

Nothing is written by reading them: keys are made by `store.setup` under the home's lock before
Django starts, and without a key Django itself refuses to sign anything.
"""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from aupkeep.config.database import database
from aupkeep.config.home import find_home
from aupkeep.config.keys import secrets_for
from aupkeep.config.settings import load


def hosts(url: str, listening: str, more: Iterable[str] = ()) -> list[str]:
    """The names this install answers to: its public address, where it listens, and loopback.

    >>> hosts("https://abuse.example.org/", "0.0.0.0")
    ['127.0.0.1', '[::1]', 'abuse.example.org', 'localhost']
    """
    names = {urlsplit(url).hostname or "", listening, "127.0.0.1", "localhost", "[::1]", *more}
    return sorted(names - {"", "0.0.0.0", "::", "::1"})  # noqa: S104 - taken away, not listened on


def origins(url: str) -> list[str]:
    """The origin browsers name when a proxy in front ends the TLS.

    >>> origins("https://abuse.example.org/aup")
    ['https://abuse.example.org']
    """
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"]


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
# Each process says where its log goes (`daemon.logs`); Django's own configuration would load its
# page of faults with every command, to mail what happens to administrators that are none.
LOGGING_CONFIG = None
logging.getLogger("django").addHandler(logging.NullHandler())
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "aupkeep.store",
    "aupkeep.web",
    "django.contrib.staticfiles",
]
AUTH_USER_MODEL = "store.Staff"
DATABASES = {"default": database(_settings.database, str(_home.database))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

ALLOWED_HOSTS = hosts(_settings.provider.url, _settings.web.host, _settings.web.hosts)
CSRF_TRUSTED_ORIGINS = origins(_settings.provider.url)
MIDDLEWARE = [
    "aupkeep.web.refusals.LogRefusals",
    "aupkeep.web.headers.Headers",
    "aupkeep.api.faults.JsonErrors",
    "aupkeep.web.whole_text.WholeText",
    "aupkeep.web.static_compression.CompressStatic",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "aupkeep.web.faults.ErrorPages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "aupkeep.web.templatetags.page",
                "aupkeep.web.templatetags.figures",
                "django.templatetags.static",
            ],
            "context_processors": ["django.template.context_processors.csrf"],
        },
    }
]
ROOT_URLCONF = "aupkeep.site.urls"
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else loads our files
WHITENOISE_USE_FINDERS = True  # files are served from the installed package; nothing is collected
# Sessions last a working day and live on the server, so that signing out ends them. Their cookie is
# Secure always: browsers treat loopback as safe, and anything else must be behind TLS.
SESSION_ENGINE = "aupkeep.store.sessions"
SESSION_COOKIE_NAME = "__Host-aupkeep_session"  # RFC 6265bis: of this host and over TLS alone
SESSION_COOKIE_AGE = 12 * 3600  # seconds
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the link in a mail must find the session
CSRF_COOKIE_NAME = "__Host-aupkeep_csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Behind TLS browsers are told to use nothing else; over plain HTTP they ignore it (RFC 6797 8.1).
AUPKEEP_HSTS = _settings.provider.url.startswith("https://")
CSRF_FAILURE_VIEW = "aupkeep.web.faults.cross_site"
APPEND_SLASH = False
