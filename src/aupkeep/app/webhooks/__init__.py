"""Webhooks: programs are told of what happens to cases, as it happens.

| what | where |
|---|---|
| which entry of the journal is which event, and what it says | `events` |
| what is due is sent: in order, each event at least once | `deliver` |
| the secret that signs, derived and never stored | `secret` |
| made, tried, stopped and removed, by the desk or by a reseller for itself | `acts` |
| how each of them stands | `standing` |

The journal is the queue, so that an event is sent if and only if it happened. `docs/webhooks.md`
tells receivers what they get.
"""
