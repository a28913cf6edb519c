"""For machines: does this process answer and reach its storage; whom to tell of a weakness."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.load import storage_health
from aupkeep.model.moments import show_moment

TEXT = "text/plain; charset=utf-8"
EXPIRES = timedelta(days=180)  # RFC 9116 section 2.5.5: less than a year


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 `ok`, or 503 with a word."""
    health = storage_health()
    status = 200 if health.ok else 503
    return HttpResponse(f"{health.reason}\n", content_type=TEXT, status=status)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness of this install (RFC 9116): the abuse desk's own address."""
    context = bound()
    url = context.settings.provider.url.rstrip("/")
    lines = (
        f"Contact: mailto:{context.settings.mail.sender}",
        f"Expires: {show_moment((context.now() + EXPIRES).replace(microsecond=0))}",
        "Preferred-Languages: en, nb",
        f"Canonical: {url}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT)
