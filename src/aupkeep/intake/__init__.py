"""Bytes from strangers to readings: what was claimed, by whom, in which words.

A mail arrives by LMTP and is stored before anyone looks at it. Its bytes go into a box:

    box = Box(size=2)
    box.start()                                    # before Django, before any database
    for name, reading in box.read(data, "mail.eml", "mail"):
        reading.outcome                            # parsed, inbox, reply, bounce or ignored
        reading.findings[0].subject.address        # 192.0.2.17, said in parts[1][154:164]

Inside, `mail.read_mail` decodes the MIME once into a frozen `Mail`; the one parser that recognises
it yields findings. `authenticate` then says, outside the box and with the DNS, who the sender
provably is, and `reading.with_authentication` writes that into the findings' sources.
`lines.as_json` is the object that `aupkeep parse` prints.

What each choice costs:

* **Our own MIME splitter.** The standard library's parser recurses, and splits a 50 MB attachment
  into 650,000 lines. Ours is a search for boundaries over ranges of bytes; headers that need the
  real grammar (Content-Type, addresses, dates) still go through the standard library. The price is
  250 lines that must be right; a corpus, a hostile table and random damage watch them.
* **Line ends become line feeds first.** Everything after that has one case. A binary part that is
  sent unencoded inside a mail loses its carriage returns.
* **A box for every reader.** A parser's defect, a plugin's loop or a decompression bomb ends one
  process, never the worker. It costs a third of the speed, half where mails come one by one; what
  it says is checked.
* **A reading is never an exception.** What cannot be read is in the inbox, with a plain reason.
* **Graded, not refused.** An imperfect XARF report is read, remarked on and believed less.
* **Nothing is invented.** A time without a zone is kept as ± 14 hours; no time is no time.
* **Only new words can mean something.** What a reply quotes is told apart before it is asked
  whether somebody takes a report back. Cost: a quote in a form nobody knows counts as the
  sender's words, so that a person decides, and never a program.
* **Only our own boundary is believed** about senders, and behind an undeclared relay nothing.
"""
