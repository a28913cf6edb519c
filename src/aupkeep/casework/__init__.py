"""Casework: claims become cases, proposals become decisions or refusals. A pure state machine.

Two claims arrive: our detector saw 198.51.100.7 try logins on port 22, and a hoster's signed mail
says the same. The inventory named the holder. `incidents.join` puts both into one incident of one
new case; `evidence_level.evidence_level` finds level E2 (`model.ladder` lists the levels), because
our own telemetry is among them. `facts.facts_of` writes down what is known, the policy answers with
a ruling, `proposal.proposals_of` aims it at TCP port 22 of that address, and `permit.permit` lets
it through for 24 hours: one `Decision`. The customer answers "fixed"; `answers.answered` hands the
case back to the desk, and while nobody has read it every further step up is `Refused` with
invariant 3. A person reads, and `lift.lift` goes through the same gate as the decision that undoes
the first.

| question | where |
|---|---|
| which claims are one incident, which incidents one case? | `incidents` |
| and of what another system dealt with? | `history` |
| how strong is the evidence, who is independent of whom? | `evidence_level`, `same_event` |
| what do rules know about a case? | `facts` |
| what is asked of the gate, by a rule or a person? | `proposal`, with `decision_inputs` beside it |
| does it become a decision? | `permit`, which runs the checks below in their order |
| what else refuses: a protected asset, an unread answer, unknown sampling | `gate_checks` |
| does any claim stand, none taken back, for a person to decide on? | `founded` |
| what does a person's clearance keep a rule from? (invariant 1) | `cleared` |
| how far may a measure reach, how long may it last? (invariants 4, 5, 6) | `measure_limits` |
| does nobody else hold the address it is on? | `measure_limits` |
| how much of an address is it on: a sharer's ports, one address, an assignment? | `reach` |
| who may judge an appeal, how long may it wait (72 hours)? | `appeals` |
| which decisions does an appeal contest? | `contested` |
| which act of the table of roles is a proposal? | `authority` |
| what does the statement of reasons say? | `statement` |
| how many people must agree, are two of them one (`may_be_one`)? (invariants 2, 15) | `quorum` |
| when does a finding of cause become a strike? | `strikes` |
| what became of a decision that waits for a second person? | `overtaken` |
| what may be said or done while the install listens? | `grants` |
| how much may rules do in an hour and a day, at the very most? (invariant 8) | `breaker` |
| how is a measure lifted? | `lift` |
| how does a case move, and when is it due? | `states`, `deadlines`, `answers` |
| may a held service be ended, a critical customer terminated? (invariant 7) | `termination` |
| is a notice proven to have reached the customer? (invariant 7) | `notice_proof` |
| what keeps a case from being erased when its period is over? | `retention` |
| was a source right so far, does it misuse reporting? | `track_record`, `reporting_misuse` |

The fifteen safety invariants stand in `docs/invariants.md`; a refusal cites its number. Evidence is
here how well a claim is supported; the signed log of all that happened is the folder `evidence`.
That the second person is really another, from a session of their own (invariant 15), is looked at
where people come in: `app.deciding.approvals`, `app.access.authority`, `app.access.makers`; the
gate counts two only where neither may be the other.

Design notes, with what each choice costs:

* One gate, `permit`, for rules and people alike, and nothing else constructs a `Decision`: a test
  reads the syntax tree of the whole source for it. The price is one wide record of what stands,
  `decision_inputs.DecisionInputs`: the caller loads it whole, most decisions need a part.
* Unknown never restricts: an absent fact refuses a rule. So an empty inventory means that rules do
  nothing, which looks like a fault to a newcomer; the refusal's sentence says what is not known.
* The gate refuses, it never trims: 48 hours where 24 are allowed is a no, not a quiet 24. A wrong
  rule is seen at once instead of half working.
* An address that the resource no longer holds is refused although the evidence names it: its next
  holder did nothing. A person may name the address the resource holds now, with a note.
* Independence is by organisation, cut from the domain without the public suffix list; where the cut
  is wrong it merges two sources into one, which asks for more evidence, never for less.
* An incident is at most one window long, so a year of attacks is many incidents in one case.
"""
