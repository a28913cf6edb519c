"""Deciding: a case goes before the policy or a person, and the gate lets a decision through.

Our detector saw 203.0.113.70 try SSH logins, and the claim joined case K7QF-2M9X. The worker takes
the effect and calls `consider.consider`. It loads the `CaseContext`, asks the policy in force
(`policy_versions.adopted_policy`) for rulings, and brings the first one before `casework.permit`. A
decision is written by `consider.write` with its `decision_changes`: the case moves, an action is
wanted, the customer is told. A refusal is written by `consider.refuse`, once.

| question | where |
|---|---|
| what does a rule decide? | `consider` |
| what does a person decide, with which scope and duration? | `decide`, `manual_proposal` |
| which targets carry a measure, and what when none does? | `placement`, of `targets` |
| what follows from a decision: the moved case, actions, notices? | `decision_changes` |
| when is a second person asked, and what for? | `second_person` |
| what does the second person say? | `approvals` |
| are they another than who asked? | `approvals`; of grants, exports: `app.access.makers` |
| which two may be one person? | `casework.quorum.may_be_one` |
| what may one person do alone for twelve hours? | `break_glass` |
| who judges an appeal, and what when nobody does within 72 hours? | `appeals` |
| who hands an appeal over, or takes it? | `appeal_hand_over` |
| who outside the desk is the second person of one decision? | `outside_approver` |
| who takes the whole journal out, and with whom? | `export_requests` |
| who outside the desk judges an appeal that nobody here may judge? | `outside_judge` |
| which resource may do what others may not? | `permissions` |
| which breaches count against a customer, and until when? | `strikes` |
| what may be said or done while the install listens? | `grants` |
| who answers what somebody asks us, and permits it? | `inquiries` |
| who takes a protection off a customer? | `unprotect` |
| how is a measure, or all that one version made, undone? | `undo` (`what_ended`: by whom before) |
| how does a measure last longer? | `extend` |
| how does the hold before the end of a service stand? | `termination_record` |
| who ends a held service? | `termination` |
| how does a case end, when does a clearance follow? | `close` |
| what does the customer answer, who reads it? | `answers` |
| what happens when the deadline passes? | `deadlines` |
| who gives a customer more time? | `extend_deadline` |
| what follows when a wrong assignment is put right? | `correct`, then a person's `reattribute` |
| who is told later, once a contact or relay is there? | `retell` |
| does an old decision come out again? | `replay`, by the stored `policy_versions` |
| what does `case list` print? | `case_list`, a `case_summary` a line |
| what does the queue show under a name (a saved view)? | `case_views`; written by `save_views` |
| is a case still as somebody saw it? | `case_seen` |
| what does `case show` print, and to whom? | `case_records`, `masked_case` |
| why is a report in its case? | `why_joined` |
| what does a case need next? | `next_step` |
| do the grants let a person take that step? | `step_grants` |
| how is a mail handed over to the ticket system? | `tickets` |
| what does Zammad say of it, by its own webhook? | `zammad` |
| who works on a case, how long does it rest, what is noted on it? | `case_work` |

These modules load and record; the rules themselves are pure and stand in `casework`, often under
the same name (`appeals`, `answers`, `deadlines`): how many people must agree is `casework.quorum`.
A measure that is about to end, or has ended, is `app.enforcing.expiry`.
"""
