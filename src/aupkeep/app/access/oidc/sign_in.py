"""The way back from the issuer: a code becomes claims, claims a person, a person a session."""

from dataclasses import dataclass

from aupkeep.app.access.authority import actor_for
from aupkeep.app.access.oidc.begin import code_verifier, nonce_of, redirect_address, use_state
from aupkeep.app.access.oidc.follow import follow
from aupkeep.app.access.oidc.id_token import all_claims, proven_claims
from aupkeep.app.access.oidc.issuer import IssuerRefused, Tokens, issuer, tokens
from aupkeep.app.access.oidc.person import SOURCE
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record_changes
from aupkeep.model.entry import EntryType
from aupkeep.model.staff import StaffMember

MOST = 4096  # characters of a code


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack:
    """What the browser brings from the issuer (RFC 6749 section 4.1.2, RFC 9207)."""

    state: str
    code: str = ""
    issuer: str = ""
    error: str = ""


def come_back(context: AppContext, brought: ComeBack, browser: str) -> tuple[StaffMember, Tokens]:
    """Who signed in, and what their session asks the issuer with.

    Raises `Forbidden` for a state that is not this browser's, `IssuerRefused` where the issuer says
    no or proves nothing, `NoGroup`, `TakenOver`, and `Unavailable` where it does not answer.
    """
    use_state(context, brought.state, browser)
    own = context.settings.oidc.issuer
    if brought.issuer != own and (brought.issuer or issuer(context).names_itself):
        raise IssuerRefused("this answer is of another issuer (iss)")
    if brought.error or not brought.code:
        raise IssuerRefused(f"the issuer refused: {brought.error[:60] or 'no code'}")
    form = {
        "grant_type": "authorization_code",
        "code": brought.code[:MOST],
        "redirect_uri": redirect_address(context),
        "code_verifier": code_verifier(context, brought.state, browser),
    }
    given = tokens(context, form)
    nonce = nonce_of(context, brought.state, browser)
    proven = proven_claims(context, given.id_token, nonce)
    claims = all_claims(context, proven, given.access)
    person, changes = follow(context, claims, given.id_token)
    payload = {"staff": person.id, "source": SOURCE}
    changes.entries.append(entry(context, EntryType.SIGNED_IN, actor_for(person), payload))
    record_changes(context, changes)
    return person, given
