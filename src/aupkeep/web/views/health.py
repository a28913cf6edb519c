"""For a load balancer: does this process answer, and can it reach its storage."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aupkeep.app.pages.layout.load import storage_health


@require_http_methods(["GET", "HEAD"])
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """200 `ok`, or 503 with a word."""
    health = storage_health()
    status = 200 if health.ok else 503
    return HttpResponse(f"{health.reason}\n", content_type="text/plain", status=status)
