"""Parsers: one module a report format, each with one constant, `PARSER` (`intake.parser.Parser`).

A module bears its format's name: `arf` (RFC 5965), `iodef`, `stix`, `misp`, `dmarc`, `acns`,
`xarf` (XARF 1 to 4, JSON), `xarf_yaml` (X-ARF 0.1 and 0.2), `shadowserver`, `copyright` letters;
`csv`, `json`, `pairs` and `xml` read what has only columns or names, of no known format: `csv` by
`formats.table`, while `json` and `xml` split a part into records, one finding each (`_records`);
`text` is asked last, for log lines and prose. docs/formats.md lists them; the
samples of each are in `tests/samples/intake/NAME`.

One example: `parsers/arf.py` recognises a mail with a `message/feedback-report` part and yields a
finding for its `Source-IP`. The modules are found by themselves; docs/adding/parser.md shows how to
add one.
"""
