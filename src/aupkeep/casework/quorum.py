"""Who must agree: how many different people, and who may not be among them (invariant 2)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import combinations

from aupkeep.casework.contested import deciders
from aupkeep.casework.decision_inputs import DecisionInputs
from aupkeep.casework.gate_checks import GENERAL, WEEK, GateRequest
from aupkeep.casework.proposal import Proposal
from aupkeep.casework.reach import place_of
from aupkeep.model.actor import Actor, ActorKind
from aupkeep.model.decision import Decision, Refused
from aupkeep.model.finding import Role
from aupkeep.model.ladder import PEOPLE_NEEDED, Evidence, Level, Measure
from aupkeep.model.moments import show_minute

TWO = 2
ALONE_HOURS = 12.0  # what one person decides where two are needed lasts so long, unless ratified


def people_needed(proposal: Proposal, inputs: DecisionInputs, author: Actor | None = None) -> int:
    """How many different people a person's proposal takes.

    L5 needs one, L6, L7, X and an off-boarding two; so does the answer to an appeal, the head rule
    from L3 on, what reaches wider than its evidence (`reaches_others`), and what the author limits
    where an appeal against them is open in another case (`appealed_elsewhere`). The end of a held
    service takes one. Alone, for twelve hours, one person may do what takes two (`break_glass`),
    but end no service and judge no appeal.
    """
    needed = PEOPLE_NEEDED.get(proposal.level, 0)
    if proposal.reverses is not None:
        return needed
    if proposal.measure is Measure.END_SERVICE:
        return 1  # two people decided the hold that it ends, and the gate looks for them
    if proposal.measure is Measure.OFF_BOARD:
        return TWO
    general = proposal.clause.id == GENERAL and proposal.level >= Level.L3
    elsewhere = author is not None and bool(author.hands & appealed_elsewhere(proposal, inputs))
    if proposal.judges is not None or general or elsewhere or reaches_others(proposal, inputs):
        needed = TWO
    alone = proposal.level is not Level.L7 and proposal.judges is None
    return min(needed, 1) if proposal.break_glass and alone else needed


def appealed_elsewhere(proposal: Proposal, inputs: DecisionInputs) -> set[str]:
    """Who decided what an open appeal of another case contests, where this limits the same.

    The same is the resource; from L6 on all that the customer has.
    """
    if proposal.level < Level.L3:
        return set()
    whole = proposal.level >= Level.L6
    others = [x for x in inputs.appealed if whole or x.resource == proposal.case.resource]
    return {name for other in others for name in other.deciders}


def reaches_others(proposal: Proposal, inputs: DecisionInputs) -> bool:
    """Whether it isolates or suspends a router or gateway, or a resource for one URL.

    Where anybody proven says something, a page that only others name makes no second one: who
    decides alone could have written it.
    """
    if proposal.level < Level.L4:
        return False
    against = [claim.finding for claim in inputs.claims if claim.finding.role is not Role.VICTIM]
    proven = [finding for finding in against if finding.source.proven]
    pages = {_page(finding.subject.url) for finding in proven or against}
    return inputs.router or (len(pages) == 1 and None not in pages)


def _page(url: str | None) -> str | None:
    """The page that a URL names, however it is written; None for a claim about no page.

    >>> _page("https://Shop.example/login/?u=1")
    'shop.example/login'
    """
    if url is None:
        return None
    place = url.partition("://")[2] or url
    return place.partition("#")[0].partition("?")[0].rstrip("/").casefold()


def quorum(asked: GateRequest) -> Refused | None:
    """Why these people are not enough, or the wrong ones, or None.

    `people_needed` says how many; from L5 on with reasons. Every approver is a person. Two are two
    where neither acts by what the other made for them, nor both by what one third made. Whoever
    decided or approved first never judges the appeal, and never goes up past one that is open.
    """
    needed = people_needed(asked.proposal, asked.inputs, asked.author)
    judged = asked.proposal.judges
    if asked.automatic and judged is None and asked.level < Level.L5:
        needed = 0  # a rule has limits of its own
    kinds = {actor.kind for actor in asked.people[1:]}
    if kinds - {ActorKind.PERSON}:
        return Refused(reason="Only a person can approve.", invariant=2)
    if asked.author.kind not in {ActorKind.PERSON, ActorKind.RULE}:
        return Refused(reason="Only a person or a rule decides.", invariant=2)
    people = [actor for actor in asked.people if actor.kind is ActorKind.PERSON]
    hands = {name for actor in people for name in actor.hands}
    return (
        _enough(asked, people, needed)
        or _reasons(asked)
        or _noted(asked)
        or _alone(asked)
        or _past_appeal(asked, hands)
        or _beside_appeal(asked, people)
        or (None if judged is None else _fresh(asked, judged, hands))
    )


def _enough(asked: GateRequest, people: Sequence[Actor], needed: int) -> Refused | None:
    """So many people; where two are needed, two who are not one."""
    if len({actor.id for actor in people}) < needed:
        number = "one person" if needed == 1 else "two different people"
        return Refused(reason=f"{_what(asked)} needs {number}.", invariant=2)
    return may_be_one(people) if needed >= TWO else None


def may_be_one(people: Sequence[Actor]) -> Refused | None:
    """Why two of these may be one person, None where some two share nobody."""
    pairs = tuple(combinations(people, 2))
    if any(first.hands.isdisjoint(second.hands) for first, second in pairs):
        return None
    makers = " and ".join(
        sorted({x for first, second in pairs for x in first.hands & second.hands})
    )
    reason = (
        f"One acts here by a token, link or record that {makers} made, so both may be one person; "
        "confirm by a link that the sign-in page mails you, by your own shell, or by a token or "
        "link that another operator made you."
    )
    return Refused(reason=reason, invariant=15)


def _noted(asked: GateRequest) -> Refused | None:
    """What reaches others than the accused says in its note why nothing narrower will do."""
    note = asked.proposal.scope.note
    if not reaches_others(asked.proposal, asked.inputs) or (note and note.strip()):
        return None
    if asked.automatic:
        return Refused(
            reason="A rule isolates no router, and no resource for one URL.", invariant=5
        )
    what = "a router or gateway" if asked.inputs.router else "a resource for one URL"
    reason = f"To {asked.proposal.measure} {what} takes a second person and a note that says why."
    return Refused(reason=reason, invariant=5)


def _alone(asked: GateRequest) -> Refused | None:
    """Break-glass: a person, with reasons, for twelve hours at most.

    The hours are counted from the first time in a week, whoever did it again: else one person after
    twelve hours, or two who may not approve in turn, would have what takes two.
    """
    proposal = asked.proposal
    if not proposal.break_glass:
        return None
    if asked.automatic or not proposal.reasons.strip():
        return Refused(reason="Only a person with written reasons breaks the glass.", invariant=2)
    if proposal.hours is None or proposal.hours > ALONE_HOURS:
        reason = f"Alone it lasts at most {ALONE_HOURS:g} hours; a second person makes it longer."
        return Refused(reason=reason, invariant=2)
    lately = (
        decision.starts
        for decision in asked.inputs.decisions
        if decision.break_glass and decision.starts > asked.now - WEEK
    )
    over = min(lately, default=asked.now) + timedelta(hours=ALONE_HOURS)
    if asked.now + timedelta(hours=proposal.hours) > over:
        reason = (
            f"The {ALONE_HOURS:g} hours alone are over at {show_minute(over)}; "
            "a second person makes it longer."
        )
        return Refused(reason=reason, invariant=2)
    return None


def _past_appeal(asked: GateRequest, people: set[str]) -> Refused | None:
    """While an appeal is open neither a rule nor who decided before goes a step up.

    Nor does who decided before limit anything that is not limited already: what stands may be
    decided anew, and is lifted with the rest where the appeal is granted.
    """
    if not any(answer.open_appeal for answer in asked.inputs.answers):
        return None
    lifted = {decision.reverses for decision in asked.inputs.decisions if decision.reverses}
    standing = [
        decision
        for decision in asked.inputs.decisions
        if decision.id not in lifted and (decision.ends is None or decision.ends > asked.now)
    ]
    highest = max((decision.level for decision in standing), default=Level.L0)
    before = {name for decision in asked.inputs.decisions for name in deciders(decision)}
    theirs = asked.automatic or bool(people & before)
    if theirs and asked.level > max(highest, Level.L1):
        reason = "An appeal is open; who decided before goes no step up until it is judged."
        return Refused(reason=reason, invariant=2)
    adds = asked.level >= Level.L3 and not any(
        _is_as_decided(asked.proposal, made) for made in standing
    )
    if adds and not asked.automatic and theirs:
        reason = "An appeal is open; who decided before adds nothing to what stands until then."
        return Refused(reason=reason, invariant=2)
    return None


def _is_as_decided(proposal: Proposal, decision: Decision) -> bool:
    """Whether a decision does already what is asked, at the same place and no milder."""
    mine, stands = proposal.scope, decision.scope
    slower = mine.rate is not None and stands.rate is not None and mine.rate < stands.rate
    same = proposal.measure is decision.measure and place_of(mine) == place_of(stands)
    return same and not slower


def _beside_appeal(asked: GateRequest, people: Iterable[Actor]) -> Refused | None:
    """Past an open appeal of another case goes one who had no part in what it contests."""
    contested = appealed_elsewhere(asked.proposal, asked.inputs)
    if asked.automatic or asked.proposal.break_glass or asked.author.hands.isdisjoint(contested):
        return None
    if any(actor.hands.isdisjoint(contested) for actor in people):
        return None
    reason = (
        "An appeal about this is open in another case; it takes a second person who had no part."
    )
    return Refused(reason=reason, invariant=2)


def _reasons(asked: GateRequest) -> Refused | None:
    """Written reasons: from L5 on, against the evidence, and for an answer to an appeal."""
    weak = asked.level >= Level.L3 and asked.evidence is Evidence.E0
    owed = weak or asked.level >= Level.L5 or asked.proposal.judges is not None
    if owed and not asked.proposal.reasons.strip():
        return Refused(reason=f"{_what(asked)} needs written reasons.", invariant=2)
    return None


def _fresh(asked: GateRequest, judged: str, judges: set[str]) -> Refused | None:
    """Why one of the judges is no stranger to the decision under appeal, or None."""
    first = next((decision for decision in asked.inputs.decisions if decision.id == judged), None)
    if first is None:
        return Refused(reason="The decision under appeal is not one of this case.", invariant=2)
    if deciders(first) & judges:
        return Refused(reason="Who decided first does not judge the appeal.", invariant=2)
    return None


def _what(asked: GateRequest) -> str:
    if asked.proposal.judges is not None:
        return "The answer to an appeal"
    return f"A measure of {asked.level.name}"
