"""Each answer that refuses, in the log: who, from where, what; never a token, never a body."""

from collections.abc import Callable

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from aupkeep.app.context import bound
from aupkeep.app.receiving.rate_limits import peer_of
from aupkeep.model.link_tokens import without_tokens
from aupkeep.web.views.staff import SESSION_USER

log = structlog.get_logger("web")
LEAST = 400  # RFC 9110 section 15.5
LONGEST = 200  # characters of a path


class LogRefusals:
    """Outermost middleware: one event for each status from 400 up, whoever chose it.

    So a guessed link, a form of another site, a token without the scope and a price not paid are
    there to be counted. `by` is the person of the session, "" for anybody else.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer, as it is."""
        response = self.answer(request)
        if response.status_code >= LEAST:
            meta = request.META
            forwarded = meta.get("HTTP_X_FORWARDED_FOR", "")
            proxies = bound().settings.web.proxies
            log.warning(
                "refused",
                status=response.status_code,
                method=request.method,
                path=without_tokens(request.path)[:LONGEST],
                peer=peer_of(meta.get("REMOTE_ADDR", ""), forwarded, proxies),
                by=_who(request),
            )
        return response


def _who(request: HttpRequest) -> str:
    """Whose session it is; "" for none, and while the database is away."""
    try:
        return str(getattr(request, "session", {}).get(SESSION_USER) or "")
    except DatabaseError:
        return ""
