"""The fast detectors: one module each, with one constant, `DETECTOR`; found by themselves."""
