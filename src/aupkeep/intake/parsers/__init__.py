"""Parsers: one module a report format, each with one constant, `PARSER` (`intake.parser.Parser`).

`parsers/arf.py` recognises a mail with a `message/feedback-report` part and yields a finding for
its `Source-IP`. The modules are found by themselves; docs/adding/parser.md shows how to add one.
"""
