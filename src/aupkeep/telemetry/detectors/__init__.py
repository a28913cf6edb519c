"""The fast detectors: one module each, with one constant, `DETECTOR`; found by themselves.

The samples of each are in `tests/samples/telemetry/NAME`. `amplifier` sees one of ours send
amplified replies to a victim, `open_amplifier` that one of ours can be used so by strangers.
"""
