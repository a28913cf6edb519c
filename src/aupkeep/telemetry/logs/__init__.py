"""Flows that other programs wrote down, so that detectors can be tried on yesterday."""
