"""One function for each thing the desk does; the only room that knows the middle line.

A mail arrives. `receive.receive` makes its bytes durable and leaves the effect "read" in the
outbox. The worker takes that effect: `read.read_raw` reads the mail in a box, checks who sent it,
asks the inventory who held each address then, joins the claims to cases and leaves the effect
"consider". `consider.consider` puts the case's facts before the policy and, if a rule speaks,
before the gate. A decision leaves actions and notices; "enforce" writes the signed desired state,
"mail" sends.

Each function reads like a sentence: load, call one pure function, record the entry with its rows
and effects in one transaction. Nothing here sends, blocks or waits while a transaction is open. The
price is that an effect may happen a second later than the decision; the gain is that it cannot be
lost.

The first argument is always the `AppContext`: home, settings, clock and noise. Open it with
`context.open_context()` before importing any other module here: they import the database.
"""
