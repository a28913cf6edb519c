"""A verification that is remembered: what it found, when, and who asked for it."""

from contextlib import suppress

from aupkeep.app.context import AppContext
from aupkeep.app.proof.verify import HomeVerdict, verify_records
from aupkeep.model.errors import AupkeepError
from aupkeep.model.verification import Verification
from aupkeep.store import verifications


def verify_and_note(
    context: AppContext, by: str, strange: HomeVerdict | None, *, mend: bool, ask: bool
) -> HomeVerdict:
    """As `verify_records` where `strange_database` found nothing; a note not taken does no harm."""
    begun = context.now()
    verdict = strange or verify_records(context, mend=mend, ask=ask)
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
