"""The outcome of a notice, sent to its submitter (DSA Article 16(5)): with the rule, and redress.

The worker looks for ended filings; closing a case does not send it. So closing waits for no mail,
and the outcome of a case closed in listen mode, or by an older version, is sent later.
"""

import dataclasses
from datetime import timedelta

from aupkeep.app.change_set import ChangeSet
from aupkeep.app.context import AppContext
from aupkeep.app.journal import entry, record
from aupkeep.app.modes import withheld
from aupkeep.app.notifying.notices import add_notice, language_of, make_notice, provider_facts
from aupkeep.app.policies import policy_in_force
from aupkeep.app.submissions.filing import status_token
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import Case, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.errors import Conflict
from aupkeep.model.filing import Filing
from aupkeep.model.grant import GrantKind
from aupkeep.model.notice import NoticeKind, Party
from aupkeep.notify.auto_response import within_limit
from aupkeep.store import actions, cases, decisions, filings, notices

DAY = timedelta(days=1)


def notify_submitters(context: AppContext) -> int:
    """Write to every submitter who waits and may be written to; the answer is how many."""
    if withheld(context, GrantKind.RECEIPTS):
        return 0
    return sum(_tell(context, filing) for filing in filings.ended())


def _tell(context: AppContext, filing: Filing) -> bool:
    """Write one notice and mark the filing, in one transaction; of two workers one writes it."""
    email = filing.email or ""
    recent = [notice.made_at for notice in notices.recent_to(email, context.now() - DAY)]
    if not within_limit(recent, context.now(), limit=context.settings.mail.notices_a_day):
        return False  # tomorrow is early enough
    changes = ChangeSet()
    facts = _facts(context, filing, cases.of_report(filing.report or ""))
    to = (Party.REPORTER, email, language_of(filing.language))
    add_notice(context, make_notice(context, NoticeKind.OUTCOME, to, facts), changes)
    notified = dataclasses.replace(filing, told_at=context.now())
    new_entry = entry(context, EntryType.FILING_TOLD, SYSTEM, {"filing": filing.id})
    try:
        record(
            context,
            [new_entry, *changes.entries],
            rows=[notified, *changes.rows],
            effects=changes.effects,
            seen=[filing],
        )
    except Conflict:
        return False
    return True


def _facts(context: AppContext, filing: Filing, joined: list[Case]) -> dict[str, object]:
    """Facts of the notice; none is about the customer."""
    reached = [decision for case in joined for decision in decisions.of_case(case.id)]
    done = [action for case in joined for action in actions.of_case(case.id) if action.took_effect]
    clauses = policy_in_force(context.home).clauses
    names = [
        clauses[decision.clause].title if decision.clause in clauses else decision.clause
        for decision in reached
    ]
    outcomes = [case.outcome for case in joined if case.outcome is not None]
    fixed = Outcome.FIXED in outcomes
    return provider_facts(context) | {
        "link": f"{context.settings.provider.url}/r/{status_token(context, filing.id)}/",
        "reference": filing.reference,
        "outcome": Outcome.FIXED if fixed else next(iter(outcomes), Outcome.NO_ACTION),
        "limited": bool(done),
        "closed_at": max(case.changed_at for case in joined),
        "rules": tuple(dict.fromkeys(names)),
        "automatic": any(decision.automatic for decision in reached),
    }
