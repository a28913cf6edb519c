"""For other installs: their checkpoints cosigned (C2SP tlog-witness, `add-checkpoint`)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from aupkeep.app.context import bound
from aupkeep.app.witnesses.cosign import MOST_BYTES, SIZE_TYPE, WitnessRefusal, add_checkpoint

TEXT = "text/plain; charset=utf-8"


@csrf_exempt  # the checkpoint's own signature says whose it is
@require_http_methods(["POST"])
def add(request: HttpRequest) -> HttpResponse:
    """200 with the cosignature; 400, 403, 404, 409 and 422 as the specification says."""
    try:
        line = add_checkpoint(bound(), request.read(MOST_BYTES + 1))
    except WitnessRefusal as refusal:
        if refusal.size is None:
            return HttpResponse(f"{refusal}\n", content_type=TEXT, status=refusal.status)
        size = f"{refusal.size}\n"
        return HttpResponse(size, content_type=SIZE_TYPE, status=refusal.status)
    return HttpResponse(line, content_type=TEXT)
