"""Findings of our own telemetry as documents, and how hits and flows are shown.

A hit about 203.0.113.10 with its flow rows becomes a JSON document (`hit_document.write_hits`), is
received like any raw, and `read_hits.read_hits` makes findings of it. `posted` does the same for
findings that other programs post to the API. `attack_traffic` tells of an attacked address which
protocol, port and rate its rows show. `reported_hit` and `display` are what people are shown.
"""
