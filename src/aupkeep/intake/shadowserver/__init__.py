"""Shadowserver's daily reports: a table of CSV rows for each of 170 types, in one of our findings.

A report `2026-03-01-event4_honeypot_ddos_amp-asn.csv` with the row

    "timestamp","protocol","src_ip","src_port","dst_port","avg_pps"
    "2026-03-01 12:00:00","udp","192.0.2.7",,389,1200

gives one finding: 192.0.2.7 at noon UTC, `protection/inbound_ddos`, as the *victim*; `avg_pps` is
in its details. `report_type.match_type` says which type a table is, `types` what its rows mean,
`reports` reads them, and `schema` learns at run time what came after this table was written.
`open_report` opens CSV and JSON alike, `layout` understands the header by the names in `columns`,
and `links` names the reports that a mail only links to.

What each choice costs:

* **A table of our own.** The publisher's schema is not ours to ship, and it does not say who is
  accused and who was attacked. A new type has to be added here, or learned from a schema file.
* **Nothing is refused for being new.** An unknown type is read by its shape and its name, with low
  confidence, and never accuses on a guess; an unknown column goes to the details, with a remark.
* **RSIT values of 2023.** Feeds that count by RSIT see one value for one type over the years, also
  where the publisher has since moved a type; the kind is what rules look at.
"""
