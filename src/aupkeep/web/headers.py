"""The headers every answer carries: nothing is loaded from anywhere else, nothing is kept."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# data: in img-src because the style sheet's icons are data addresses; no script-src: none runs,
# but on the pages of the notice form, whose proof of work is a file of ours and its own worker, on
# the two pages that ask a device for a passkey, and on the queue, a case and the inbox, which have
# keys or ask for themselves again.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
SCRIPTED = re.compile(
    r"/(report(/.*)?|sign-in(/passkey|/oidc(/back)?)?|account(/passkeys.*)?|queue(/\w+)?|inbox"
    r"|case/[\w-]+(/\w+)?)"
)
ASKING = re.compile(r"/(queue|inbox)\Z|/case/")  # lists that keep up, drafts that are kept
YEAR = 31_536_000  # seconds
OWN_SCRIPT = "; script-src 'self'; worker-src 'self'"
ASKS = "; connect-src 'self'"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Headers:
    """Outermost middleware, so that errors and static files carry them too.

    A view may set its own `Referrer-Policy` or `Cache-Control`; the rest it cannot loosen.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer with the headers on it."""
        response = self.answer(request)
        for name, value in ALWAYS.items():
            if name not in ("Referrer-Policy", "Cache-Control") or name not in response:
                response[name] = value
        if SCRIPTED.fullmatch(request.path):
            asks = ASKS if ASKING.match(request.path) else ""
            response["Content-Security-Policy"] = POLICY + OWN_SCRIPT + asks
        if settings.AUPKEEP_HSTS:
            response["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        return response
