"""What comes in on a trial day: who holds what, ninety days of mail, the day's reports."""

import hashlib
import os
from datetime import datetime, timedelta

SERVERS = int(os.environ.get("AUPKEEP_ROWS", "2000"))  # rows of the list
CROWD = min(300, SERVERS // 2)  # customers in it
STAMP = "Authentication-Results: mx.fjord.example; dkim=pass header.d={domain}\r\n"
MAIL = """\
From: {sender}\r
To: abuse@fjord.example\r
Subject: {subject}\r
Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r
Message-ID: <{number}@{domain}>\r
Content-Type: text/plain; charset=utf-8\r
\r
{text}\r
"""
GUESS = (
    "{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[{n}]: "
    "Failed password for root from {address} port {port} ssh2"
)
FEED = """\
From: Scans <scans@lists.example>\r
To: abuse@fjord.example\r
Subject: Daily list {name}\r
Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r
Message-ID: <{name}@lists.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=edge\r
\r
--edge\r
Content-Type: text/plain\r
\r
The list of today.\r
--edge\r
Content-Type: text/csv; charset=utf-8\r
Content-Disposition: attachment; filename="{at:%Y-%m-%d}-{kind}-asn.csv"\r
\r
{rows}\r
--edge--\r
"""
OPEN = "timestamp,ip,protocol,port,tag,asn,geo,min_amplification,dns_version"
ATTACKED = (
    "timestamp,protocol,dst_ip,dst_port,dst_asn,dst_geo,src_ip,src_port,src_asn,src_geo,infection"
)
NAMED = ("alder", "birch", "cedar", "dogwood", "elm", "clinic", "fir", "gorse", "hazel", "holly")
CUSTOMERS = "\n".join(
    ["customer,name,contact,role,language,tags,since"]
    + [f"{name},{name.title()},noc@{name}.example,abuse,en,"
       f"{'protected' if name == 'clinic' else ''},2024-01-01" for name in NAMED]
    + [f"c{n},Crowd {n},noc@c{n}.example,abuse,en,,2024-01-01" for n in range(CROWD)]
).encode()  # fmt: skip
HELD = [
    "203.0.113.70,,,alder,vm-a,2025-01-01T00:00:00Z,2026-04-02T07:30:00Z,",
    "203.0.113.70,,,birch,vm-b,2026-04-02T07:30:00Z,,",
    "203.0.113.10,,,alder,vm-a,2026-04-02T07:30:00Z,,",
    "203.0.113.80,30000,39999,cedar,vm-c,2025-01-01T00:00:00Z,,",
    "203.0.113.80,40000,49999,dogwood,vm-d,2025-01-01T00:00:00Z,,",
    "203.0.113.90,,,fir,gateway,2025-01-01T00:00:00Z,,router",
    "203.0.113.200,,,clinic,vm-ward,2025-01-01T00:00:00Z,,",
    "203.0.113.110,,,fir,vm-f,2025-01-01T00:00:00Z,,",
    "203.0.113.120,,,gorse,vm-g,2025-01-01T00:00:00Z,,",
    "203.0.113.130,,,hazel,vm-h,2025-01-01T00:00:00Z,,",
    "203.0.113.140,,,holly,vm-i,2025-01-01T00:00:00Z,,",
]


def server(number: int) -> str:
    """The address of one server of the crowd."""
    return f"2001:db8::{number + 1:x}"


ASSIGNMENTS = "\n".join(
    ["address,port_from,port_to,customer,resource,from,until,kind", *HELD]
    + [f"{server(n)},,,c{n % CROWD},vm-{n},2025-01-01T00:00:00Z,," for n in range(SERVERS)]
).encode()
TENANTS = (
    b"name,address,customer,resource,from,until\n"
    b"kiosk.s3.fjord.example,203.0.113.90,elm,bucket-kiosk,2025-01-01T00:00:00Z,\n"
)


def mail(
    text: str, at: datetime, *, domain: str = "cert.example", sender: str = "Night shift",
    subject: str = "abuse of your service", proven: bool = True,
) -> bytes:  # fmt: skip
    """A mail that our exchanger says is from there, or says nothing about."""
    number = hashlib.sha256(f"{domain} {at} {text}".encode()).hexdigest()[:16]
    written = MAIL.format(
        sender=f"{sender} <soc@{domain}>", subject=subject, at=at, number=number, domain=domain,
        text=text.replace("\n", "\r\n"),
    )  # fmt: skip
    return ((STAMP.format(domain=domain) if proven else "") + written).encode()


def guesses(address: str, at: datetime, *, port: int = 40000, lines: int = 3, **more) -> bytes:
    """A mail about guessed passwords, the last a minute before `at`."""
    log = [
        GUESS.format(at=at - timedelta(seconds=60 + n), n=n, address=address, port=port + n)
        for n in range(lines)
    ]
    told = "Your host keeps guessing passwords here. All times are UTC.\n\n" + "\n".join(log)
    return mail(told, more.pop("sent", at), **more)


def history(now: datetime) -> bytes:
    """An mbox of ninety days: three mails a day about machines of the crowd, the last of today."""
    out = []
    for day in range(90):
        for turn in range(3):
            at = now - timedelta(days=90 - day, hours=turn)
            plain = guesses(server((day * 3 + turn) % 40), at, proven=False)
            envelope = f"From soc@cert.example {at:%a %b %d %H:%M:%S %Y}\n".encode()
            out.append(envelope + plain.replace(b"\r\n", b"\n") + b"\n")
    return b"".join(out)


def open_resolvers(at: datetime, many: int, *, broken: bool = False) -> bytes:
    """A list: an open resolver a row, one of them broken if so wanted."""
    rows = [
        f"{at - timedelta(seconds=n % 600):%Y-%m-%d %H:%M:%S},{server(n)},"
        "udp,53,openresolver,64512,ZZ,4.6,9.18"
        for n in range(many)
    ]
    if broken:
        rows[many // 2] = "yesterday,no address,udp,53,openresolver,64512,ZZ,4.6,9.18"
    return _listed("scan_dns", at, [OPEN, *rows])


def attacked(at: datetime, *addresses: str) -> bytes:
    """A list of who is attacked."""
    rows = [
        f"{at:%Y-%m-%d %H:%M:%S},udp,{address},80,64512,ZZ,198.51.100.30,61234,64513,ZZ,ddos"
        for address in addresses
    ]
    return _listed("event4_honeypot_ddos_target", at, [ATTACKED, *rows])


def _listed(kind: str, at: datetime, rows: list[str]) -> bytes:
    name = hashlib.sha256("".join(rows).encode()).hexdigest()[:16]
    stamp = STAMP.format(domain="lists.example")
    return (stamp + FEED.format(name=name, kind=kind, at=at, rows="\r\n".join(rows))).encode()
