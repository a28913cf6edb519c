"""The part of Django's settings that the pages need; `settings` imports each name.

Sessions last a working day and live on the server, so that signing out ends them. Their cookie is
`Secure` always: browsers treat loopback as safe, and anything else must be behind TLS.
"""

from urllib.parse import urlsplit

APPS = ["aupkeep.web", "django.contrib.staticfiles"]
MIDDLEWARE = [
    "aupkeep.web.headers.Headers",
    "aupkeep.api.faults.JsonErrors",
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
            "builtins": ["aupkeep.web.templatetags.page", "django.templatetags.static"],
            "context_processors": ["django.template.context_processors.csrf"],
        },
    }
]
ROOT_URLCONF = "aupkeep.site.urls"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files are served from the installed package; nothing is collected
SESSION_COOKIE_NAME = "aupkeep_session"
SESSION_COOKIE_AGE = 12 * 3600  # seconds
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # the link in a mail must find the session
CSRF_COOKIE_NAME = "aupkeep_csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "aupkeep.web.faults.cross_site"
APPEND_SLASH = False


def hosts(url: str, listening: str) -> list[str]:
    """The names this install answers to: its public address, where it listens, and loopback.

    >>> hosts("https://abuse.example.org/", "0.0.0.0")
    ['127.0.0.1', '[::1]', 'abuse.example.org', 'localhost']
    """
    names = {urlsplit(url).hostname or "", listening, "127.0.0.1", "localhost", "[::1]"}
    return sorted(names - {"", "0.0.0.0", "::", "::1"})  # noqa: S104 - taken away, not listened on


def origins(url: str) -> list[str]:
    """The origin browsers name when a proxy in front ends the TLS.

    >>> origins("https://abuse.example.org/aup")
    ['https://abuse.example.org']
    """
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"]
