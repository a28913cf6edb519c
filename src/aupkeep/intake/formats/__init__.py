"""Readers of formats: text becomes values or findings, each with where it stands.

A parser of `parsers/` finds its part in a mail and calls the reader here: `parsers/xarf` finds the
JSON, `xarf4.read` makes the finding. Readers know nothing of senders, holders or the policy.

A table `ip,time,category` with the row `192.0.2.17,2026-03-01T12:00Z,ssh` goes through
`table.read_table`: `columns` knows that `ip` is the address, `table_rows` splits the rows, and one
finding comes out with the offsets of its cells. A row that cannot be read is a rejected row
(`RejectedRow`), and `row_repair` gives a person the document to repair and read again.

| format | files |
|---|---|
| tables (CSV, TSV) | `table`, `table_rows`, `columns` |
| JSON | `strict_json` (one text), `json_parts` (of a mail), `named_values` (objects) |
| which objects of a part are records | `parsers/json`, `parsers/xml` |
| whom a record accuses, by its own fields | `verdicts` |
| XML | `strict_xml` (one document), `xml_fragments` (documents inside a text) |
| X-ARF's YAML | `yaml_lines` |
| XARF v1 to v3, v4 | `xarf3`, `xarf4`; their rules: `xarf3_rules`, `xarf4_rules`, `xarf_values` |
| published lists | `list_rows` |
| the spam an XARF report shows | `xarf_samples` |
| STIX patterns, CVSS vectors | `stix_pattern`, `cvss` |
"""
