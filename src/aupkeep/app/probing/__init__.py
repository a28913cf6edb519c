"""Probing: is the harm still there? On whose word it is asked, and what was seen.

The customer of case K7QF-2M9X writes "fixed", and a colleague presses *Test again*. `ask.ask_case`
takes every place that the case's claims name (`places.places_of`), leaves out those that may not be
asked, and records a `probe-asked` with the rest and the effect *probe*. The worker calls
`run.run_probes`: each place is asked once, and a `probe-done` says what was seen. `runs` reads both
back. Nothing else is kept.

| question | where |
|---|---|
| which places of a case may be asked, and why not the others? | `places` |
| who asks, on which ground, how often? | `ask` |
| what was seen; is our own measure the cause of a silence? | `run` |
| is it asked before a measure ends? | `before_end` |
| what was asked and seen in a case? | `runs` |

The questions themselves are `probes`. A desk in listen mode sends none.
"""
