"""Signing in by the issuer, a one-time link or a passkey, and out again."""

from collections.abc import Mapping
from ipaddress import ip_address

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aupkeep.app.access.oidc.begin import authorization_address
from aupkeep.app.access.oidc.follow import TakenOver
from aupkeep.app.access.oidc.person import GroupsKeptBack, NoGroup
from aupkeep.app.access.oidc.sign_in import ComeBack
from aupkeep.app.access.sessions import OIDC, PASSKEY
from aupkeep.app.access.staff import AtIssuer
from aupkeep.app.context import bound
from aupkeep.app.pages.account.load import passkey_hindrance, sign_in_options
from aupkeep.app.pages.account.passkeys import use_passkey
from aupkeep.app.pages.layout.load import operator_of
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.notice_form.page import Caller
from aupkeep.app.pages.sign_in.load import ask_for_link, use_issuer, use_sign_in_link
from aupkeep.model.errors import Conflict, Forbidden, Gone, Invalid, Missing, Unavailable
from aupkeep.web.fields import PostedForm
from aupkeep.web.views.staff import ASKED, begin_session, browser_secret, remember_browser
from aupkeep.web.words import preferred, say

log = structlog.get_logger("web")
SHOWN = 20  # groups that the log names
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
        return _form(request, {"needs": request.GET.get("needs", "")})
    address = PostedForm(request).text("address")
    before, sign, after = address.rpartition("@")
    if not (before and sign and after) or len(address) > LONGEST_ADDRESS or "\n" in address:
        language = preferred(request.headers.get("Accept-Language", ""))
        trouble = {"address": say(language, "sign-in.error.address")}
        more = {"troubles": trouble, "address": address[:LONGEST_ADDRESS]}
        return _form(request, more, status=422)
    secret = ask_for_link(bound(), address, _caller(request), request.COOKIES.get(ASKED, ""))
    answer = redirect("sign-in-sent")
    remember_browser(answer, secret)
    return answer


def _caller(request: HttpRequest) -> Caller:
    connected = request.META.get("REMOTE_ADDR", "")
    return Caller(connected, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def _form(
    request: HttpRequest, more: Mapping[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """The page with both ways in, for this browser."""
    context, browser, host = bound(), browser_secret(request), request.get_host()
    oidc = context.settings.oidc
    local = not oidc.enabled or oidc.local != "nobody"
    values = {
        "issuer": oidc.shown_name if oidc.enabled else "",
        "local": local,
        "operator": operator_of(context),
        "tunnel": _tunnel(request),
        "port": context.settings.web.port,
        "options": sign_in_options(context, host, browser) if local else "",
        "place": passkey_hindrance(context, host) if local else "",
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


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Send the browser to the issuer."""
    browser = browser_secret(request)
    try:
        answer = redirect(authorization_address(bound(), browser))
    except (Unavailable, Invalid) as error:
        log.warning("the issuer does not answer", error=str(error))
        return _form(request, {"issuer_says": "away"}, status=503)
    remember_browser(answer, browser)
    return answer


@require_http_methods(["GET"])
def back(request: HttpRequest) -> HttpResponse:
    """Open a session for whom the issuer vouches; a refusal shows the page again, with why."""
    given = {name: request.GET.get(name, "") for name in ("state", "code", "error")}
    brought = ComeBack(**given, issuer=request.GET.get("iss", ""))

    def begin(person: Person) -> str:
        begin_session(request, person, OIDC)
        request.session.save()
        return request.session.session_key or ""

    try:
        use_issuer(bound(), brought, _caller(request), request.COOKIES.get(ASKED, ""), begin)
    except NoGroup as error:
        oidc, sent = bound().settings.oidc, error.sent
        named = f"no claim {oidc.groups_claim}" if sent is None else sorted(sent)[:SHOWN]
        log.info("nobody was let in", error=str(error), issuer_sent=named)
        says = "no-claim" if sent is None else "no-group"
        return _form(request, {"issuer_says": says, "groups": oidc.groups}, status=403)
    except GroupsKeptBack as error:
        log.warning("nobody was let in", error=str(error))
        return _form(request, {"issuer_says": "kept-back"}, status=403)
    except TakenOver:
        return _form(request, {"issuer_says": "taken"}, status=409)
    except (Forbidden, Conflict) as error:
        log.warning("nobody was let in", error=str(error))
        return _form(request, {"issuer_says": "refused"}, status=403)
    except (Unavailable, Invalid) as error:
        log.warning("the issuer does not answer", error=str(error))
        return _form(request, {"issuer_says": "away"}, status=503)
    return redirect("queue")


@require_safe
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
    except AtIssuer:
        return redirect(f"{reverse('sign-in')}?needs=issuer")
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
