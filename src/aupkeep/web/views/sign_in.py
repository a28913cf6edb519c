"""Signing in by a one-time link or a passkey, and out again."""

from collections.abc import Mapping
from ipaddress import ip_address

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from aupkeep.app.access.sessions import PASSKEY
from aupkeep.app.context import bound
from aupkeep.app.pages.account.load import passkey_hindrance, sign_in_options
from aupkeep.app.pages.account.passkeys import use_passkey
from aupkeep.app.pages.layout.load import operator_of
from aupkeep.app.pages.notice_form.page import Caller
from aupkeep.app.pages.sign_in.load import ask_for_link, use_sign_in_link
from aupkeep.model.errors import Conflict, Forbidden, Gone, Invalid, Missing
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import ASKED, begin_session, browser_secret, remember_browser
from aupkeep.web.words import preferred, say

log = structlog.get_logger("web")
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
    if request.method != "POST":
        return _form(request, {"needs_passkey": request.GET.get("needs") == "passkey"})
    address = PostedForm(request).text("address")
    before, sign, after = address.rpartition("@")
    if not (before and sign and after) or len(address) > LONGEST_ADDRESS or "\n" in address:
        language = preferred(request.headers.get("Accept-Language", ""))
        trouble = {"address": say(language, "sign-in.error.address")}
        more = {"troubles": trouble, "address": address[:LONGEST_ADDRESS]}
        return _form(request, more, status=422)
    caller = Caller(
        request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    )
    secret = ask_for_link(bound(), address, caller, request.COOKIES.get(ASKED, ""))
    answer = redirect("sign-in-sent")
    remember_browser(answer, secret)
    return answer


def _form(
    request: HttpRequest, more: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """The page with both ways in, for this browser."""
    context, browser, host = bound(), browser_secret(request), request.get_host()
    values = {
        "operator": operator_of(context),
        "tunnel": _tunnel(request),
        "port": context.settings.web.port,
        "options": sign_in_options(context, host, browser),
        "place": passkey_hindrance(context, host),
        **(more or {}),
    }
    answer = public(request, "aupkeep/sign_in.html", values, status)
    remember_browser(answer, browser)
    return answer


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Open a session by a passkey; a refusal shows the page again, with a fresh challenge."""
    try:
        person = use_passkey(
            bound(), request.POST.get("answer", ""), request.COOKIES.get(ASKED, "")
        )
    except (Invalid, Forbidden, Conflict) as error:
        log.info("a passkey was refused", error=str(error))
        return _form(request, {"refused": True}, status=403)
    begin_session(request, person, PASSKEY)
    return redirect("queue")


@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponse:
    """The same words for every address."""
    return public(request, "aupkeep/sign_in_sent.html", {"operator": operator_of(bound())})


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button and touches nothing; POST uses the link up and opens a session."""
    if request.method != "POST":
        return public(request, "aupkeep/sign_in_link.html", {"operator": operator_of(bound())})
    try:
        person = use_sign_in_link(bound(), token, request.COOKIES.get(ASKED, ""))
    except Gone:
        raise
    except Forbidden:
        return redirect(f"{reverse('sign-in')}?needs=passkey")
    except Missing:
        values = {"operator": operator_of(bound()), "elsewhere": True}
        return public(request, "aupkeep/sign_in_link.html", values, status=404)
    begin_session(request, person)
    return redirect("queue")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the session."""
    request.session.flush()
    answer = redirect("sign-in")
    answer["Clear-Site-Data"] = '"cache", "storage"'  # "cookies" would end those of all sub-domains
    return answer


def _tunnel(request: HttpRequest) -> str:
    """The command by which one can sign in, where plain HTTP at this address cannot; else "".

    A browser sends our cookies over TLS and to loopback alone. A name may be a proxy's with TLS.
    """
    host = request.get_host().rpartition(":")[0] or request.get_host()
    port = bound().settings.web.port
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return ""
    return "" if address.is_loopback else f"ssh -L {port}:127.0.0.1:{port} {host.strip('[]')}"
