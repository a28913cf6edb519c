"""Who sent a mail, as far as it can be proven.

`authenticate.authenticate` runs all checks on a received mail and gives an `Authentication`: a
verdict for each method, the proven identity (a domain) or None, and the reasons. Of a mail that a
relay of ours handed over nothing is checked again: its header Authentication-Results counts.

    mail of desk@reporter.example, handed over by 192.0.2.25
    spf     pass for reporter.example        `spf`
    dkim    pass, d=reporter.example         `dkim`
    dmarc   pass: aligned with From          `authenticate` (DMARC, RFC 7489) and `intake.domains`
    identity reporter.example

`arc` reads ARC chains, and `trust_boundary` decides which relays, Authentication-Results headers
and ARC sealers are believed. `signed_content` finds an S/MIME or OpenPGP signature in a mail,
`smime` and `openpgp` check it against `trusted_keys`. `dns_lookup` is the interface to the DNS;
`dns_resolver` is the only file that opens sockets.
"""
