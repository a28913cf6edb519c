"""Reporters: the sources of claims, their track record, and the profiles of known report formats.

A mail proven by DKIM to be from desk.cert.example belongs to the source `mail:cert.example`
(`sources.source_key`). Of its last ten cases eight were confirmed: `sources.track_record` counts
that, and `sources.current_lane` puts its next mail into the fast lane. `trust.rules_of` gives the
same knowledge to `casework`, which weighs the claims of each source.

    sources.py    key of a source, its track record as counted from cases and journal, its lane
    trust.py      what is known of the sources of some claims: doubted, confirmed, same origin
    profiles.py   reporter profiles: listed, checked, explained for one mail

What people do about a source (warn, suspend) is in `sanctions`.
"""
