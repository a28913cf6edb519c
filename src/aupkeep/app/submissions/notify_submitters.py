"""What came of a notice, told to who filed it (DSA Article 16(5)): with the rule, and redress.

Looked for now and then, not done by whoever closes a case: closing must not wait for mail, and a
case closed in listen mode, or by an older version, is told later all the same.
"""

import dataclasses
from datetime import timedelta

from aupkeep.app.context import Desk
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import listening
from aupkeep.app.notifying.notices import Following, head, language_of, make_notice, put
from aupkeep.app.policies import policy_in_force
from aupkeep.app.submissions.filing import token_of
from aupkeep.model.action import ActionState
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.filing import Filing
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify.loops import within_limit
from aupkeep.store import actions, cases, decisions, filings, notices

DAY = timedelta(days=1)
SEEN = (ActionState.APPLIED, ActionState.LIFTING, ActionState.LIFTED, ActionState.EXPIRED)


def notify_submitters(desk: Desk) -> int:
    """Write to everybody who waits and may be written to; how many letters were made."""
    if listening(desk):
        return 0
    return sum(_tell(desk, one) for one in filings.ended())


def _tell(desk: Desk, filing: Filing) -> bool:
    """One letter and the filing told, in one transaction; of two workers one writes it."""
    email = filing.email or ""
    recent = [one.made_at for one in notices.recent_to(email, desk.now() - DAY)]
    if not within_limit(recent, desk.now(), limit=desk.settings.mail.notices_a_day):
        return False  # tomorrow is early enough
    follow = Following()
    facts = _facts(desk, filing, cases.of_report(filing.report or ""))
    to = (Party.REPORTER, email, language_of(filing.language))
    put(desk, make_notice(desk, NoticeKind.OUTCOME, to, facts), follow)
    told = dataclasses.replace(filing, told_at=desk.now())
    made = entry(desk, EntryType.FILING_TOLD, SYSTEM, {"filing": filing.id})
    try:
        record(
            desk,
            [made, *follow.entries],
            rows=[told, *follow.rows],
            effects=follow.effects,
            seen=[filing],
        )
    except Conflict:
        return False
    return True


def _facts(desk: Desk, filing: Filing, joined: list[Case]) -> dict[str, object]:
    """What the letter needs: nothing of the customer is among it."""
    made = [one for case in joined for one in decisions.of_case(case.id)]
    done = [one for case in joined for one in actions.of_case(case.id) if one.state in SEEN]
    clauses = policy_in_force(desk.home).clauses
    names = [clauses[one.clause].title if one.clause in clauses else one.clause for one in made]
    outcomes = [one.outcome for one in joined if one.outcome is not None]
    fixed = Outcome.FIXED in outcomes
    return head(desk) | {
        "link": f"{desk.settings.provider.url}/r/{token_of(desk, filing.id)}/",
        "reference": filing.reference,
        "outcome": Outcome.FIXED if fixed else next(iter(outcomes), Outcome.NO_ACTION),
        "limited": bool(done),
        "closed_at": max(one.changed_at for one in joined),
        "rules": tuple(dict.fromkeys(names)),
        "automatic": any(one.automatic for one in made),
    }
