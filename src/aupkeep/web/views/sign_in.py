"""Signing in by a one-time link, and out again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aupkeep.app.context import bound
from aupkeep.app.pages.layout.load import operator_of
from aupkeep.app.pages.sign_in.load import send_sign_in_link, use_sign_in_link
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import SESSION_MAKER, SESSION_USER
from aupkeep.web.words import preferred, say

LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets


def public(
    request: HttpRequest, template: str, values: dict[str, object], status: int = 200
) -> HttpResponse:
    """A page before signing in, in the browser's language; its form uses Django's check."""
    language = preferred(request.headers.get("Accept-Language", ""))
    page = render(request, template, {"language": language, **values}, status=status)
    page["Referrer-Policy"] = "same-origin"
    return page


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form that sends a link. The answer never tells whether the address is known."""
    values: dict[str, object] = {"operator": operator_of(bound())}
    if request.method != "POST":
        return public(request, "aupkeep/sign_in.html", values)
    address = PostedForm(request).text("address")
    before, sign, after = address.rpartition("@")
    if not (before and sign and after) or len(address) > LONGEST_ADDRESS or "\n" in address:
        language = preferred(request.headers.get("Accept-Language", ""))
        trouble = {"address": say(language, "sign-in.error.address")}
        values |= {"troubles": trouble, "address": address[:LONGEST_ADDRESS]}
        return public(request, "aupkeep/sign_in.html", values, status=422)
    send_sign_in_link(bound(), address)
    return redirect("sign-in-sent")


@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponse:
    """The same words for every address."""
    return public(request, "aupkeep/sign_in_sent.html", {"operator": operator_of(bound())})


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and touches nothing; POST uses the link up and opens a session."""
    if request.method != "POST":
        return public(request, "aupkeep/sign_in_link.html", {"operator": operator_of(bound())})
    person = use_sign_in_link(bound(), token)
    request.session.flush()  # a new session key: one fixed before signing in is worth nothing
    request.session[SESSION_USER] = person.id
    request.session[SESSION_MAKER] = person.maker
    return redirect("queue")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    request.session.flush()
    return redirect("sign-in")
