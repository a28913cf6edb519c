"""Files and settings of an install: paths, `aupkeep.toml`, keys, strict YAML.

`Home(path)` names every file under `$AUPKEEP_HOME`. `settings.load(home)` reads `aupkeep.toml`;
an install without that file works, since each option has a default. Each purpose has its own key
file (mode 0600), so that whoever can sign a desired state cannot sign the journal.

    home.py       the paths of an install
    settings.py   sections and options of aupkeep.toml, and the sample file
    restraint.py  the section [restraint]: digests, caps, events too old
    office.py     the section [office]: days on which the desk is closed
    brands.py     the sections [brands.NAME]: under which name and address a customer is written to
    logos.py      the picture that a brand's pages show: small, of three kinds, no SVG
    alerts.py     the section [alerts]: who is on call, step by step
    tickets.py    the section [tickets]: the ticket system that mails are handed over to
    webhooks.py   the section [webhooks]: where events may be sent besides the public network
    targets.py    the section [enforcement] and its targets
    mailboxes.py  [[mail.mailboxes]], read by IMAP
    heartbeat.py  the section [heartbeat]: whom to tell that all is alive
    inventory.py  the section [inventory] and the systems that are asked who holds what
    secrets.py    options that refer to a file or a variable
    settings_edit.py  one option set in that file's text, the rest left as it was written
    database.py   which database: SQLite in the home, or the one a URL names
    unix_user.py  the user of the machine who runs this process
    unfinished.py  what a killed restore or backup leaves in a home
    supervised.py a process ends with the one that started it
    passkeys.py   where passkeys can work
    oidc.py       the section [oidc]: the issuer, and which of its groups have which roles
    certificate.py  the certificate that mailin shows
    tls.py        TLS as we speak it: versions, and who is checked
    flows.py      the section [flows]: exporters, archive, detectors
    interception.py  the section [interception]: off unless it is turned on
    probes.py     the section [probes]: whence, and whom a contract lets us ask
    keys.py       keys by purpose: made, rotated, read
    yaml.py       a strict reader of YAML 1.2 with line numbers, for policies and profiles
"""
