"""From received bytes to readings: what was claimed, by whom, in which words.

A mail arrives by LMTP and is stored before anyone reads it. Its bytes go into a sandbox:

    pool = SandboxPool(size=2)
    pool.start()                                   # before Django, before any database
    for name, reading in pool.read(data, "mail.eml", "mail"):
        reading.outcome                            # parsed, inbox, reply, bounce or ignored
        reading.findings[0].subject.address        # 192.0.2.17, read from parts[1][154:164]

In the worker, `reading.read` detects the format (`input_format`), opens archives and splits mboxes.
`mail_reading.read_one_mail` decodes a mail (`mail.mail.read_mail`), looks up its reporter's profile
(`profiles.matching`), and lets the one parser that recognises the structure yield findings
(`parser`, `parsers/`). Without a structure it asks whether the mail is correspondence
(`correspondence`: delivery reports, automatic replies, answers to a case, retractions) or a
forwarded report (`forwarding/`); last the extractor reads log lines and prose (`extract/`).
`outcomes` makes the `Reading`. Outside the sandbox, with the DNS, `auth.authenticate` says who the
sender provably is, and `readings.with_authentication` writes that into the findings.
`parse_output` is what `aupkeep parse` prints.

| folder or file | holds |
|---|---|
| `mail/` | MIME, headers, quotes, delivery reports, automatic replies, list mail, archives |
| `auth/` | SPF, DKIM, ARC, DMARC, S/MIME, OpenPGP, the DNS, the trust boundary |
| `forwarding/` | reports forwarded as an attachment or in the text of a mail |
| `formats/` | readers without opinions: tables, JSON, XML, YAML, XARF, CVSS, STIX patterns |
| `parsers/` | one plugin a report format; `parser.py` says what a parser is |
| `profiles/`, `reporters/` | reporters as data: how their mails are known and read |
| `extract/` | log lines and prose, for mails without a container |
| `copyright/`, `shadowserver/` | copyright letters; Shadowserver's 170 report types |
| `feeds/` | one plugin a published list; `feed.py` says what a feed is |
| `feed_client/` | fetches lists, filters them by our prefixes, decides what in them is new |
| `imap/` | reads mailboxes at other servers; nothing in them changes |
| `sandbox/` | the pool of workers, their limits, and what they say as JSON |
| `confine.py` | what the kernel takes from such a process: files, network, system calls |
| `mail_reading.py` | a mail read; what a newsletter or a mailing list claims in words is dropped |
| `embedded_json.py` | JSON between the words of a letter, as a part of its own |
| `readings.py` | readings made and changed where nothing is read |
| `unclaimed.py` | why words claim nothing |
| `accusations.py` | which claims of a mail stand: not of a test, of what reports nothing |
| `history.py` | an mbox, a Maildir or JSON lines of another system |
| `circumstances.py` | beside a claim that stands: promoted, an exercise, a sinkhole, gone by now |
| `future_events.py` | events that are said to be after their receipt |
| `stated_urgency.py` | whether a question is pressing, and the day it names |
| `kinds.py`, `times.py`, `numbers.py` | one field of a container read: kind, time, port or count |
| `field_words.py` | the name of a field in plain words; whether it says that its record is over |
| `side_words.py`, `side_words_further.py` | words that say of an address who came, or who was hit |
| `verdict_words.py` | what a field says of guilt in twenty languages: harm, a false alarm, an end |
| `zones.py`, `zone_names.py` | a zone in words or figures; which one a mail states: `extract/` |
| `domains.py` | organisational domains, and which of them are aligned |
| `witness_marks.py`, `queue_flow.py` | what two reports have from one witness; whose turn it is |

What each choice costs:

* **Our own MIME splitter.** The standard library's parser recurses, and splits a 50 MB attachment
  into 650,000 lines. Ours is a search for boundaries over ranges of bytes; headers that need the
  real grammar (Content-Type, addresses, dates) still go through the standard library. The price is
  250 lines that must be right; a corpus, a hostile table and random damage watch them.
* **Line ends become line feeds first.** Everything after that has one case. A binary part that is
  sent unencoded inside a mail loses its carriage returns.
* **A sandbox for every reader.** A parser's defect, a plugin's loop or a decompression bomb ends
  one process, never the worker. It costs a third of the speed, half where mails come one by one.
* **A reading is never an exception.** What cannot be read is in the inbox, with a plain reason.
* **Graded, not refused.** An imperfect XARF report is read, remarked on and believed less.
* **Nothing is invented.** A time without a zone is kept as ± 14 hours; no time is no time.
* **Only new words count in a reply.** Quoted text is left out before a retraction is looked for.
  Cost: a quote in an unknown form counts as the sender's words; a person then decides.
* **Only our own trust boundary is believed** about senders; behind an undeclared relay nobody is.
"""
