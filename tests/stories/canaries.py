"""Thirty kinds of words that lead to a reporter or a victim, and mails that carry them.

Each mail is about what `203.0.113.60` did, in one container format or in the log of one daemon, and
has the words wherever such a report has them: in its headers, its prose, its fields, its lines.
"""

import base64
from ipaddress import ip_address

ACCUSED = "203.0.113.60"
CANARIES = {
    "reporter name": "Quillan Feathersby",
    "reporter mailbox": "qfeathers",
    "reporter domain": "quaverfield.example",
    "phone": "+47 55 91 73 28",
    "postal address": "Larkspur Lane 417",
    "organisation": "Marrowgate Institute",
    "ticket number": "TCK-7719203",
    "message id": "zx81kq77mid",
    "customer number": "KND-553190",
    "syslog host": "pelicanbox",
    "victim host": "ws-ostrich.marrowgate-lan.example",
    "victim address": "198.51.100.77",
    "victim address, v6": "2001:db8:beef:77::1d",
    "address as integer": str(int(ip_address("198.51.100.78"))),
    "address in hex": f"{int(ip_address('198.51.100.79')):x}",
    "address reversed": "80.100.51.198.in-addr.arpa",
    "address in a name": "ip-198-51-100-81",
    "victim port": "48213",
    "user name": "frobisherj",
    "victim mailbox": "dorothea.plank",
    "referer": "intranet-heron",
    "url path": "wombatadmin",
    "user agent": "ZebraCrawl",
    "file name": "salaries_ibex.xlsx",
    "attachment name": "evidence_okapi",
    "dkim domain": "mailer-tapir.example",
    "dkim selector": "selgnu2026",
    "s/mime subject": "CN=Ottoline Bexhill",
    "list id": "lemur-list",
    "spam recipient": "percival.quince",
    "network name": "NET-MONGOOSE-7",
    "hardware address": "02:5e:a1:77:c3:9b",
    "database": "ledger_yak",
    "password": "hunter2walrus",
    "mail program": "HeronMailer",
    "part boundary": "edge-kestrel-77",
    "content id": "cid-puffin-3",
    "return path": "bounce-vireo",
    "received-spf host": "spf-tarsier.example",
    "international name": "blåbærgård.example",
    "international name, encoded": "xn--blbrgrd-fxak7p.example",
    "calendar attendee": "ingrid.solvik",
    "address card": "Thaddeus Wolverton",
    "archive member": "narwhal/keys",
    "document author": "Gwendolyn Asterley",
    "zone of an address": "dugong0",
    "user in a link": "caracal.owner",
    "address in octal": "0306.063.0144.0122",
}
C = CANARIES
HEAD = f"""\
Return-Path: <{C["return path"]}@{C["reporter domain"]}>
Received-SPF: pass (mailfrom) identity=mailfrom; helo={C["received-spf host"]}
Authentication-Results: mx.aupkeep.example; dkim=pass header.d={C["reporter domain"]}
Received: from {C["victim host"]} ({C["address in a name"]}.{C["reporter domain"]} [198.51.100.77])
 by mx.aupkeep.example with ESMTPS; Sun, 01 Mar 2026 11:59:30 +0000
DKIM-Signature: v=1; a=rsa-sha256; d={C["dkim domain"]}; s={C["dkim selector"]}; b=AAAA
From: {C["reporter name"]} <{C["reporter mailbox"]}@{C["reporter domain"]}>
To: abuse@aupkeep.example
Cc: {C["victim mailbox"]}@{C["reporter domain"]}
Organization: {C["organisation"]}
Reply-To: reports@{C["international name, encoded"]}
X-Mailer: {C["mail program"]} 4.2
X-Loop: {C["reporter mailbox"]}@{C["reporter domain"]}
X-Ticket: {C["ticket number"]}
Subject: Abuse from {ACCUSED} [{C["ticket number"]}]
Date: Sun, 01 Mar 2026 11:59:00 +0000
Message-ID: <{C["message id"]}@{C["reporter domain"]}>
MIME-Version: 1.0
"""
SIGNATURE = f"""\

Kind regards
{C["reporter name"]}, {C["organisation"]}, {C["postal address"]}
Phone {C["phone"]}, ticket {C["ticket number"]}, our customer {C["customer number"]}
Signed by {C["s/mime subject"]}, https://{C["user in a link"]}:x@{C["international name"]}/
Seen at {C["address in octal"]} and fe80::2%{C["zone of an address"]}
"""
PROSE = f"""\
Hello,

your machine {ACCUSED} attacked our network {C["network name"]}. All times are UTC.
"""


def plain(body: str, kind: str = "text/plain") -> bytes:
    """A mail of one part."""
    return f"{HEAD}Content-Type: {kind}; charset=utf-8\n\n{body}".replace("\n", "\r\n").encode()


def parts(*pieces: tuple[str, str], kind: str = "multipart/mixed") -> bytes:
    """A mail of prose and further parts, each with its headers and text."""
    text = f"{HEAD}List-Id: <{C['list id']}.{C['reporter domain']}>\n"
    text += f'Content-Type: {kind}; boundary="{C["part boundary"]}"\n\n'
    for head, body in (("Content-Type: text/plain; charset=utf-8", PROSE + SIGNATURE), *pieces):
        text += f"--{C['part boundary']}\n{head}\n\n{body}\n"
    return f"{text}--{C['part boundary']}--\n".replace("\n", "\r\n").encode()


def unlisted(*pieces: tuple[str, str]) -> bytes:
    """The same, that went to nobody else."""
    return parts(*pieces).replace(b"List-Id:", b"X-List:")


def attached(media: str, name: str, body: str) -> tuple[str, str]:
    """A part with a file name."""
    return (
        (
            f'Content-Type: {media}; name="{name}"\nContent-ID: <{C["content id"]}@here>\n'
            f'Content-Disposition: attachment; filename="{C["attachment name"]}-{name}"'
        ),
        body,
    )


BARE = ("iis", "windows")  # whose lines do not say what is wrong
S = f"2026-03-01T11:50:0{{}}Z {C['syslog host']}"
LOGS = {
    "sshd": f"{S} sshd[771]: Failed password for invalid user {C['user name']} from {ACCUSED}"
    " port 40022 ssh2",
    "postfix": f"{S} postfix/smtpd[3]: NOQUEUE: reject: RCPT from unknown[{ACCUSED}]: 554 5.7.1"
    f" Relay access denied; from=<{C['victim mailbox']}@{C['reporter domain']}>"
    f" to=<{C['spam recipient']}@{C['reporter domain']}> proto=ESMTP helo=<{C['victim host']}>",
    "dovecot": f"{S} dovecot: imap-login: Disconnected (auth failed, 3 attempts):"
    f" user=<{C['user name']}@{C['reporter domain']}>, method=PLAIN, rip={ACCUSED},"
    f" lip={C['victim address']}, session=<{C['ticket number']}>",
    "apache": f"{ACCUSED} - {C['user name']} [01/Mar/2026:11:50:0{{}} +0000]"
    f' "GET /{C["url path"]}/{C["file name"]}?pw={C["password"]} HTTP/1.1" 404 12'
    f' "https://{C["referer"]}.{C["reporter domain"]}/" "{C["user agent"]}/1.0"',
    "nginx": f"2026/03/01 11:50:0{{}} [error] 9#9: *1 access forbidden by rule, client: {ACCUSED},"
    f' server: {C["victim host"]}, request: "GET /{C["url path"]} HTTP/1.1",'
    f' host: "{C["victim address"]}", referrer: "http://{C["referer"]}/"',
    "iis": f"2026-03-01 11:50:0{{}} {C['victim address']} GET /{C['url path']} - 443"
    f" - {ACCUSED} {C['user agent']} - 401 1 1326 15",
    "proftpd": f"{S} proftpd[9]: {C['victim address']} (x.example[{ACCUSED}]) -"
    f" USER {C['user name']}: no such user found from x.example [{ACCUSED}]"
    f" to {C['victim address']}:21",
    "vsftpd": f"Sun Mar  1 11:50:0{{}} 2026 [pid 2] [{C['user name']}] FAIL LOGIN:"
    f' Client "{ACCUSED}"',
    "asterisk": "[2026-03-01 11:50:0{}] NOTICE[9] chan_sip.c: Registration from"
    f" '<sip:{C['user name']}@{C['victim address']}>' failed for '{ACCUSED}:5071' - Wrong password",
    "mysqld": f"2026-03-01T11:50:0{{}}.000000Z 9 [Note] Access denied for user"
    f" '{C['user name']}'@'{ACCUSED}' (using password: YES) on {C['database']}",
    "windows": "2026-03-01 11:50:0{} EventID=4625 Logon Type: 10"
    f" Account Name: {C['user name']}"
    f" Source Network Address: {ACCUSED} Source Port: 40030",
    "fail2ban": f"2026-03-01 11:50:0{{}},123 fail2ban.actions [9]: NOTICE"
    f" [sshd-{C['database']}] Ban {ACCUSED}",
    "iptables": f"{S} kernel: {C['network name']} IN=eth0 OUT= MAC={C['hardware address']}"
    f" SRC={ACCUSED} DST={C['victim address']} LEN=40 TTL=50 ID={C['address as integer']}"
    f" PROTO=TCP SPT=40001 DPT={C['victim port']} SYN",
    "iptables v6": f"{S} kernel: DROP IN=eth0 SRC={ACCUSED} DST={C['victim address, v6']}"
    f" PROTO=TCP SPT=40001 DPT=22 SYN user={C['user name']}",
    "suricata": "03/01/2026-11:50:0{}.123456 [**] [1:2001219:20] ET SCAN SSH Scan"
    f" {C['network name']} [**] [Classification: Attempted] [Priority: 2] {{{{TCP}}}}"
    f" {ACCUSED}:40001 -> {C['victim address']}:22",
    "modsecurity": "[Sun Mar 01 11:50:0{}.123 2026] [error] [client"
    f' {ACCUSED}] ModSecurity: Access denied. [hostname "{C["victim host"]}"]'
    f' [uri "/{C["url path"]}"] [unique_id "{C["ticket number"]}"] SQL injection attack',
    "webmail": f"{S} roundcube: Failed login for {C['victim mailbox']}@{C['reporter domain']}"
    f" from {ACCUSED} in session {C['address in hex']}",
    "named": f"{S} named[4]: client @0x{C['address in hex']} {ACCUSED}#5300"
    f" ({C['address reversed']}): query (cache) denied, port scan",
}
SPAM = f"""\
Received: from mail.tenant.example (mail.tenant.example [{ACCUSED}])
 by {C["victim host"]} (Postfix) with ESMTP id {C["ticket number"]}
 for <{C["spam recipient"]}@{C["reporter domain"]}>; Sun, 1 Mar 2026 11:50:03 +0000
Delivered-To: {C["spam recipient"]}@{C["reporter domain"]}
From: Offers <offers@tenant.example>
To: "{C["reporter name"]}" <{C["spam recipient"]}@{C["reporter domain"]}>
Subject: Cheap things for {C["spam recipient"]}
Date: Sun, 01 Mar 2026 11:50:00 +0000
Message-ID: <{C["message id"]}.received@{C["victim host"]}>
List-Unsubscribe: <https://tenant.example/u?m={C["spam recipient"]}@{C["reporter domain"]}>

Dear {C["victim mailbox"]}, buy now.
"""
SPAM_CODE = base64.b64encode(SPAM.encode()).decode()
FEEDBACK = f"""\
Feedback-Type: {{}}
User-Agent: {C["user agent"]}/2.1
Version: 1
Original-Mail-From: <offers+{C["spam recipient"]}@tenant.example>
Original-Rcpt-To: <{C["spam recipient"]}@{C["reporter domain"]}>
Original-Envelope-Id: {C["ticket number"]}
Reporting-MTA: dns; {C["victim host"]}
Reported-Domain: {C["reporter domain"]}
Authentication-Results: {C["victim host"]}; dkim=pass header.d={C["dkim domain"]}
DKIM-Domain: {C["dkim domain"]}
DKIM-Selector: {C["dkim selector"]}
Arrival-Date: Sun, 01 Mar 2026 11:50:03 +0000
Source-IP: {ACCUSED}
Source-Port: 40123
Incidents: 3
"""


def arf(kind: str, more: str = "", original: str = SPAM) -> bytes:
    """A feedback report."""
    return parts(
        ("Content-Type: message/feedback-report", FEEDBACK.format(kind) + more),
        ("Content-Type: message/rfc822", original),
        kind="multipart/report; report-type=feedback-report",
    )


def xarf4(category: str, kind: str, **fields: object) -> bytes:
    """An XARF v4 report as a mail."""
    import json

    who = {
        "org": C["organisation"],
        "contact": f"{C['reporter mailbox']}@{C['reporter domain']}",
        "domain": C["reporter domain"],
    }
    payload = base64.b64encode(LOGS["sshd"].format(1).encode()).decode()
    document = {
        "xarf_version": "4.2.0",
        "report_id": "0b7e2a52-6f0e-4d52-9a5e-0c6b6b8a7f11",
        "timestamp": "2026-03-01T11:50:00Z",
        "reporter": who,
        "sender": who,
        "source_identifier": ACCUSED,
        "source_port": 40000,
        "category": category,
        "type": kind,
        "evidence_source": "honeypot",
        "confidence": 0.95,
        "description": f"{C['user name']} on {C['syslog host']}, {C['phone']}",
        "tags": [f"x:{C['database'].replace('_', '-')}", f"x:{C['ticket number'].lower()}"],
        "evidence": [
            {
                "content_type": "text/plain",
                "description": C["attachment name"],
                "payload": payload,
                "hash": "sha256:" + "0" * 64,
            }
        ],
        **fields,
    }
    return parts(attached("application/json", "xarf.json", json.dumps(document)))


def x_arf(version: str) -> bytes:
    """X-ARF 0.1 and 0.2: YAML and a log."""
    fields = f"""\
---
Reported-From: {C["reporter mailbox"]}@{C["reporter domain"]}
Category: abuse
Report-Type: login-attack
Service: ssh
Version: {version}
User-Agent: {C["user agent"]} 1
Date: Sun, 01 Mar 2026 11:50:07 +0000
Source-Type: ip-address
Source: "{ACCUSED}"
Port: 22
Report-ID: {C["ticket number"]}@{C["reporter domain"]}
Schema-URL: http://{C["reporter domain"]}/abuse_login-attack_0.1.2.json
Attachment: text/plain
"""
    data = parts(
        ('Content-Type: text/plain; charset=utf-8; name="report.txt"', fields),
        (
            f'Content-Type: text/plain; charset=utf-8; name="{C["attachment name"]}.log"',
            LOGS["sshd"].format(1),
        ),
    )
    return data.replace(b"MIME-Version", b"X-XARF: PLAIN\r\nMIME-Version", 1)


def containers() -> dict[str, bytes]:
    """Every mail by the name of its format."""
    logs = {
        f"log of {name}": plain(
            PROSE
            + ("Brute force:\n\n" if name in BARE else "\n")
            + "\n".join(line.format(second) for second in range(3))
            + "\n"
            + SIGNATURE
        )
        for name, line in LOGS.items()
    }
    return logs | _structured() | _tables()


def _structured() -> dict[str, bytes]:
    from stories.documents import IODEF, MISP, STIX, XARF1, XARF3

    victim = f"{C['victim mailbox']}@{C['reporter domain']}"
    page = f"http://{ACCUSED}/wp/login.php?victim={victim}"
    named = f"https://tenant.example/wp/{victim}/login.php?victim={victim}"
    return {
        "arf abuse": arf("abuse"),
        "arf opt-out": arf("opt-out"),
        "arf fraud": arf("fraud", f"Reported-URI: {page}\n"),
        "arf auth-failure": arf("auth-failure", "Auth-Failure: dkim\n"),
        "arf with a short original": arf("abuse", original="Subject: Cheap\n\nBuy.\n"),
        "spam quoted in prose": plain(f"{PROSE}I received this spam:\n\n{SPAM}{SIGNATURE}"),
        "spam quoted with signs": plain(
            f"{PROSE}I received this spam:\n\n"
            + "".join(f"> {line}\n" for line in SPAM.split("\n"))
            + SIGNATURE
        ),
        "spam attached": unlisted(
            ("Content-Type: text/plain", "I received this spam, see the mail attached."),
            ("Content-Type: message/rfc822", SPAM),
        ),
        "x-arf 0.1": x_arf("0.1"),
        "x-arf 0.2": x_arf("0.2"),
        "xarf v4 login": xarf4(
            "connection",
            "login_attack",
            protocol="tcp",
            first_seen="2026-03-01T11:50:00Z",
            destination_ip=C["victim address"],
            destination_port=int(C["victim port"]),
            username=C["user name"],
        ),
        "xarf v4 spam": xarf4(
            "messaging",
            "spam",
            protocol="smtp",
            smtp_from="offers@tenant.example",
            smtp_to=f"{C['spam recipient']}@{C['reporter domain']}",
            subject=f"Cheap things for {C['spam recipient']}",
            message_id=f"<{C['message id']}@{C['victim host']}>",
        ),
        "xarf v4 spam with a sample": xarf4(
            "messaging",
            "spam",
            protocol="smtp",
            evidence=[{"content_type": "message/rfc822", "payload": SPAM_CODE}],
        ),
        "xarf v4 phishing": xarf4("content", "phishing", url=named, target_brand=C["organisation"]),
        "xarf v3": parts(attached("application/json", "xarf.json", XARF3)),
        "xarf v1": parts(attached("application/json", "xarf.json", XARF1)),
        "iodef": parts(attached("application/xml", "1.xml", IODEF)),
        "stix": parts(attached("application/stix+json; version=2.1", "b.json", STIX)),
        "misp": parts(attached("application/json", "misp.event.77.json", MISP)),
    }


def _tables() -> dict[str, bytes]:
    from stories.attachments import CALENDAR, CARD, CODED, DOCUMENT, XML, zipped
    from stories.documents import ALERTS, CSV, PAIRS, RECORD, SHADOWSERVER, TABLE

    log = ("Content-Type: text/plain", LOGS["sshd"].format(1))

    return {
        "csv": parts(attached("text/csv", "list.csv", CSV)),
        "shadowserver": parts(
            attached("text/csv", "2026-03-01-event4_honeypot_brute_force-asn.csv", SHADOWSERVER)
        ),
        "json alerts": parts(attached("application/json", "report.json", ALERTS)),
        "pairs": parts(attached("text/plain", "events.txt", PAIRS)),
        "xml alone": parts(attached("application/xml", "report.xml", XML)),
        "json of coded fields": parts(attached("application/json", "report.json", CODED)),
        "log in an archive": unlisted(zipped(LOGS["sshd"].format(1))),
        "log beside a calendar": unlisted(log, attached("text/calendar", "meeting.ics", CALENDAR)),
        "log beside a card": unlisted(log, attached("text/vcard", "card.vcf", CARD)),
        "log beside a document": unlisted(log, attached("application/rtf", "letter.rtf", DOCUMENT)),
        "table in prose": plain(PROSE + TABLE + SIGNATURE),
        "record in prose": plain(PROSE + RECORD + SIGNATURE),
        "prose": plain(
            f"{PROSE}\nSince 2026-03-01 11:50 UTC {ACCUSED} has been guessing the password of"
            f" {C['user name']} on {C['victim host']} ({C['victim address']}), file"
            f" {C['file name']}, {C['hardware address']}, {C['address as integer']}.\n{SIGNATURE}"
        ),
        "html": plain(
            f"<html><body><p>SSH brute force on {C['victim host']} by your host.</p>"
            f"<table><tr><th>time</th><th>source</th><th>target</th></tr><tr>"
            f"<td>2026-03-01 11:50:01</td><td>{ACCUSED}</td><td>{C['victim address']}</td></tr>"
            f"</table><p>{C['reporter name']}, {C['phone']}</p></body></html>",
            "text/html",
        ),
    }
