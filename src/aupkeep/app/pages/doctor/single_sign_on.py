"""Whether people can sign in at the issuer: its own words, its clock, our redirect address."""

from aupkeep.app.access.oidc.begin import authorization_address, redirect_address
from aupkeep.app.access.oidc.issuer import ask, issuer
from aupkeep.app.context import AppContext
from aupkeep.app.pages.doctor.clock import KEEP_CLOCK
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.app.pages.doctor.transport import TO_HTTPS
from aupkeep.config.oidc import is_safe
from aupkeep.model.errors import AupkeepError

CHECK = "single-sign-on"
MOST_SKEW = 30  # seconds; a minute is borne, and clocks drift on
ANSWERS = frozenset({200, 302, 303, 400, 401, 403, 404})
TO_ROLES = 'aupkeep settings set oidc.roles "GROUP = operator"'
TO_ISSUER = "aupkeep settings set oidc.issuer https://ISSUER"
TO_SECRET = "aupkeep settings set oidc.client_secret file:/PATH"  # noqa: S105 - a place, no secret


def single_sign_on_check(context: AppContext) -> tuple[DoctorCheck, ...]:
    """One check where an issuer is set, asked now; none where nobody signs in so."""
    settings = context.settings.oidc
    if not settings.enabled:
        return ()
    trouble, remedy = _trouble(context)
    roles = f"groups with roles: {len(settings.groups)}"
    good = f"{settings.issuer} answers, its clock is ours, it knows our address; {roles}"
    return (DoctorCheck(check=CHECK, ok=not remedy, found=trouble or good, remedy=remedy),)


def _trouble(context: AppContext) -> tuple[str, str]:
    """What stands in the way first and what fixes it; "" for nothing."""
    settings, back = context.settings.oidc, redirect_address(context)
    if not settings.roles:
        return "no group has a role: nobody is let in", TO_ROLES
    if not is_safe(back):
        return f"the issuer would send people to {back} in the clear", TO_HTTPS
    try:
        settings.open_secret()
    except AupkeepError as error:
        return str(error), TO_SECRET
    return _issuer_trouble(context, back)


def _issuer_trouble(context: AppContext, back: str) -> tuple[str, str]:
    """The same, of what the issuer answers."""
    try:
        said = issuer(context, anew=True)
        if said.skew is not None and abs(said.skew) > MOST_SKEW:
            way = "ahead of" if said.skew > 0 else "behind"
            return f"the issuer's clock is {abs(said.skew):.0f} s {way} ours", KEEP_CLOCK
        asked = f"{authorization_address(context, 'doctor')}&prompt=none"
        answer = ask(context, asked, answers=ANSWERS)
    except AupkeepError as error:
        return str(error), TO_ISSUER
    if not answer.location.startswith(f"{back}?"):  # prompt=none asks nobody: it sends back
        client = context.settings.oidc.client_id
        words = f"the issuer did not send us back to {back} (HTTP {answer.status})"
        return words, f"register {back} as redirect address of {client} at the issuer"
    return "", ""
