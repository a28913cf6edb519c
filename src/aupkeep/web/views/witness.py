"""For other installs: their checkpoints cosigned (C2SP tlog-witness, `add-checkpoint`).

The specification has a body for 200 and for one 409, the size that was cosigned last. Whatever else
is refused is a problem (RFC 9457), as in the API: programs ask here, not people.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from aupkeep.app.context import bound
from aupkeep.app.witnesses.cosign import MOST_BYTES, SIZE_TYPE, WitnessRefusal, add_checkpoint
from aupkeep.model.errors import AupkeepError

TEXT = "text/plain; charset=utf-8"


@csrf_exempt  # the checkpoint's own signature says whose it is
def add(request: HttpRequest) -> HttpResponse:
    """200 with the cosignature; 400, 403, 404, 409 and 422 as the specification says."""
    if request.method != "POST":
        refused = _problem(HTTPStatus.METHOD_NOT_ALLOWED, f"expected POST, found {request.method}")
        refused["Allow"] = "POST"
        return refused
    try:
        line = add_checkpoint(bound(), request.read(MOST_BYTES + 1))
    except WitnessRefusal as refusal:
        if refusal.size is None:
            return _problem(refusal.status, str(refusal))
        size = f"{refusal.size}\n"
        return HttpResponse(size, content_type=SIZE_TYPE, status=refusal.status)
    except AupkeepError as error:
        return _problem(error.status, str(error))
    return HttpResponse(line, content_type=TEXT)


def _problem(status: int, detail: str) -> HttpResponse:
    """Why not, as JSON (RFC 9457)."""
    words = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    problem = {**words, "status": int(status), "detail": detail}
    return JsonResponse(problem, status=status, content_type="application/problem+json")
