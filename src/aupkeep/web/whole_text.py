"""What pages are sent is whole text (`model.whole_text`): an address with less is refused."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import parse_header_parameters

from aupkeep.model.whole_text import flaw
from aupkeep.web.faults import by_machine, fault_page

KEPT = "\n\t\r"


class WholeText:
    """Middleware before everything that reads the request.

    A NUL in an address is 422. A form's text is taken without it and its like, whichever view reads
    it: nobody types them, and nobody's words are lost for one. A cookie with one is no cookie.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The inner answer, or a page that refuses the address."""
        for name in [name for name, value in request.COOKIES.items() if flaw([name, value])]:
            del request.COOKIES[name]
        if by_machine(request):  # the API refuses them in its own shape
            return self.answer(request)
        if broken := flaw([request.path, *(list(pair) for pair in request.GET.lists())]):
            detail = f"address: expected text, found {broken}"
            return fault_page(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        _take_out(request)
        return self.answer(request)


def _take_out(request: HttpRequest) -> None:
    """Have the form that is read later, if it is, without what no database takes."""
    read = request._load_post_and_files  # noqa: SLF001 - read late, as Django does

    def load() -> None:
        read()
        form = request._post  # type: ignore[attr-defined]  # noqa: SLF001 - the same
        if any(flaw(list(pair)) for pair in form.lists()):
            whole = QueryDict(mutable=True)
            for name, values in form.lists():
                whole.setlist(_plain(name), [_plain(value) for value in values])
            request._post = whole  # type: ignore[attr-defined]  # noqa: SLF001 - the same

    request._load_post_and_files = load  # type: ignore[method-assign]  # noqa: SLF001 - the same


class Utf8Request(WSGIRequest):
    """A request whose address and form are UTF-8, whatever charset it claims for its body.

    Django decodes both by that charset; `base64` and the like are none, and made a 500.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        kind = str(meta.get("CONTENT_TYPE", ""))
        self.content_type, self.content_params = parse_header_parameters(kind)


class Utf8Handler(WSGIHandler):
    """The way from the server into Django."""

    request_class = Utf8Request


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign in KEPT)
