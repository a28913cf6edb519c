"""Figures for Prometheus, for whoever has a token with the scope `metrics`, or asks from here."""

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from aupkeep.app.access.tokens import check_token, note_use
from aupkeep.app.context import bound
from aupkeep.app.pages.metrics.load import metric_families
from aupkeep.app.pages.metrics.text import MEDIA_TYPE, open_metrics

TEXT = "text/plain; charset=utf-8"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """OpenMetrics, or 401: no token, one that does not live, or one without the scope."""
    if not (_is_here(request) or _has_token(request)):
        answer = HttpResponse("a token with the scope metrics\n", content_type=TEXT, status=401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponse(open_metrics(metric_families(bound())), content_type=MEDIA_TYPE)


def _is_here(request: HttpRequest) -> bool:
    """Whether this machine asks and the settings let it; what a proxy hands on is the world's."""
    if not bound().settings.web.metrics_loopback or "HTTP_X_FORWARDED_FOR" in request.META:
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = check_token(bound(), secret.strip()) if scheme.lower() == "bearer" and secret else None
    if token is None or "metrics" not in token.scopes:
        return False
    note_use(bound(), token)
    return True
