"""A verification that is remembered: what it found, when, and who asked for it."""

from contextlib import suppress

from aupkeep.app.context import AppContext
from aupkeep.app.proof.verify import HomeVerdict, verify_home
from aupkeep.model.errors import AupkeepError
from aupkeep.model.verification import Verification
from aupkeep.store import verifications


def verify_and_note(
    context: AppContext, by: str, *, mend: bool = False, ask: bool = False
) -> HomeVerdict:
    """As `verify_home`; a database that does not take the note makes no verdict wrong."""
    begun = context.now()
    verdict = verify_home(context, mend=mend, ask=ask)
    at = context.now()
    made = Verification(
        id=context.new_id(),
        at=at,
        by=by,
        seconds=(at - begun).total_seconds(),
        ok=verdict.ok,
        entries=verdict.entries,
        first_bad=verdict.first_bad,
        reason=verdict.reason,
        erased=verdict.erased,
        unkept=verdict.unkept,
        unsigned=verdict.unsigned,
    )
    with suppress(AupkeepError):
        verifications.add(made)
    return verdict
