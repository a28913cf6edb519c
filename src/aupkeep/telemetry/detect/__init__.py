"""Detectors run over the windows: the engine, what a detector is given, and what it may conclude.

A host of ours sends 5,000 SYNs a second to one address. `engine.DetectionEngine.evaluate` gives
each detector (`detector.Detector`) a `view.WindowView` and its thresholds; `syn-flood` finds the
peak (`peaks`), asks whether it is answered (`flood`) and whether sampling leaves it certain
(`sampling_chance`), and yields a `DetectorHit` whose mode is capped by what is known.

What a detector looks at is an `observation`; a hit that rests on missing answers is held by
`answers_awaited` until they would have come.

`network_context` is what the operator knows: listed addresses, customers' interfaces, own services.
`customer_classes` lets a class of customers have thresholds of its own.
"""
