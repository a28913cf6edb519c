"""The words of the abuse desk, one frozen record per file; standard library only.

A mail arrives: its bytes are a `Raw`. Read, it is a `Report` holding `Finding`s: "198.51.100.7
tried logins at 03:12:09 UTC, give or take a second". The inventory answers who held that address
*then*: `Held`, `NotOurs`, `Unknown` or `Disputed`. Findings of one kind about one resource in one
window are an `Incident`, and a customer's incidents are worked on as a `Case`. A `Ruling` is what
the policy proposes; only `casework.permit` makes a `Decision` of it. A decision in force is carried
out by `Action`s; `Notice`s say so. Each step is an `Entry` in the journal first.

A file is named after the record it holds. Beside the records stand `ladder` (measures, levels,
evidence), `taxonomy` (kinds with their clause), `subject` (what a finding is about),
`correspondence` (mail that is no report: delivery failures, retractions), `alert` (what is told to
who is on call), `roles` (who of the desk may do what), `moments` (times), `host` (hosts of URLs,
and the keys by which names and addresses are found), `ids`, `counted` (a number with its
noun), `entry_words` (what entries say), `link_tokens`, `ed25519` (public keys
with which anybody signs), `standard_webhook` (signatures of what programs are sent), `errors`,
`as_json`, `added_field` (a field that older rows lack), `whole_text` (text that any database
takes).
`evidence` in these records is how well a claim is supported.

What people set beside decisions has a record each: `Permission`, `Clearance`, `Approval` (a second
person asked for or given) and `Threshold`; `Flag` is a switch. `Finding.source` is an `Origin`.

Everything here is frozen and keyword-only: a record that crosses a room's border cannot change
behind its reader's back. The price is a `dataclasses.replace` where other code would assign.
Times are aware and in UTC, addresses are address objects, ids are UUIDv7 text made at the edge.
"""
