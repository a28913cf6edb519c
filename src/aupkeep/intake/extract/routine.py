"""Lines that tell of a service doing its work: somebody came, was served, and left.

A complaint quotes whole logs. What a program writes about everybody (a connection opened, a mail
handed over, a session closed, a ban lifted) accuses nobody by itself: such a line is read only
where its mail says what the address did, or names the address. Success is never a claim.
Sources: the messages of OpenSSH, Postfix, Dovecot, Exim, ProFTPD, Asterisk, PostgreSQL, MongoDB,
Suricata's EVE and Cowrie's event names as their manuals and sources give them.
"""

import re

# what a line in lower case, its figures all 0, says when the other side was let in
BENIGN = re.compile(
    r"(?<!un)(?:successful(?:ly)? (?:log|auth|sign)|login successful|log(?:in|on) success|"
    r"login[. ]success|: login,? user=|res=success|authentication: succeeded|"
    r"accepted (?:password|publickey|keyboard|gssapi|hostbased|certificate)|"
    r"session (?:opened|closed|revisited)|authentication (?:succeeded|successful)|"
    r"auth(?:entication)? succe|logged (?:in|out)(?: successfully)?|\bok login\b|"
    r"successfulauth)"
)
_SSH = (
    r"connection from [^ ]{2,60} port 0{1,5} on |disconnected from (?:user |[0-9a-f.:]{2,45} port "
    r"0{1,5}$)|"
    r"disconnected by user|connection closed by (?:user [^ ]{1,64} )?[0-9a-f.:]{2,45}(?: port "
    r"0{1,5})?$|starting session: |close session: |server listening|child connection from|"
    r"failed publickey for (?!invalid)"
)
_MAIL = (
    r"smtpd\[0{1,9}\]: connect from |: client=|status=sent|\]: connect to |statistics: max|"
    r"smtpd\[0{1,9}\]: disconnect from (?!.{0,400}0/0)|-login: login: |: logged out|auth: debug|"
    r" [=-]> [^ ]{1,200}@|<= [^ ]{0,200} h=|closed by quit|connection count =|"
    r"from=<[^>]{0,200}>, size=|, stat=sent|connection from .{1,80} lost$"
)
_OTHER = (
    r"\bunban\b|\] ignore |jail '|listening on|listen normally|dhcp(?:ack|request|offer|discover)|"
    r"peer connection initiated|tls: initial packet|challengesent|severity=.informational|"
    r"registered sip|log:  ?connection (?:received|authorized)|connection accepted|"
    r"end connection|connection ended|; command=/|start: [a-z0-9_-]{1,32} |"
    r"new connection(?: from|: )|started session |starttls=server, relay=|"
    r"\] connect: client|nrpe\[0{1,9}\]: connection from|ftp session|accepted connection from|"
    r"event_type\W{1,5}(?:flow|netflow|dns|tls|http|ssh|fileinfo|stats|smtp|smb|rdp|ftp)\b|"
    r"cowrie\.(?:client\.(?:version|kex|size|var|fingerprint)|log\.closed|session\.(?:closed|params"
    r"))|rcvd_from|named\[0{1,9}\]: (?:running|zone [^ ]{1,200}: (?:transferred|loaded))"
)
# what went out, was let through, or is the server's own trouble
_OUT = (
    r"postfix/(?:[a-z-]{1,20}/)?smtp\[0{1,9}\]: | (?:==|\*\*) [^ ]{1,200}@|"
    r", (?:delay|xdelay|mailer)=.{0,200}stat=|\bin= out=[a-z]|\[ufw (?:allow|audit)|"
    r"action=\W?(?:accept|allow|pass|permit|close|client-rst|server-rst)|permitted (?:tcp|udp)|"
    r"built (?:in|out)bound|teardown (?:tcp|udp|icmp)|filterlog.{0,60},pass,"
)
_TROUBLE = (
    r"upstream (?:timed out|prematurely|sent)|client (?:prematurely closed|timed out|intended to)|"
    r"keepalive connection|no live upstreams|php (?:notice|warning|deprecated|fatal error)|"
    r"received notify|axfr (?:started|ended)|transfer of |: query: [^ ]{1,255} in |"
    r"aborted connection|disconnection: session|is now (?:reachable|unreachable|lagged)|"
    r"unregistered sip|inactivity timeout \(--ping|multi: "
)
ROUTINE = re.compile(f"{_SSH}|{_MAIL}|{_OTHER}|{_OUT}|{_TROUBLE}")
# an access log's status: what was served to everybody says nothing, what was refused does
SERVED = re.compile(
    r'" (?:2\d\d|30[0-8]) (?:\d|-)| (?:2\d\d|30[0-8]) \d{1,5} \d{1,10}(?: \d{1,9}){0,3}\s?$',
    re.ASCII,
)
PROXIED = re.compile(r"\bTCP_(?!DENIED)[A-Z_]{2,40}/(?:2\d\d|30\d)\b", re.ASCII)
# HAProxy's HTTP log: five times in milliseconds, then the status
BALANCED = re.compile(r" (?:\d{1,9}/){4}\+?\d{1,9} (?:2\d\d|30\d) \+?\d", re.ASCII)


def routine(lower: str) -> bool:
    """True when a line, in lower case with all figures 0, tells of nothing but ordinary work."""
    return ROUTINE.search(lower) is not None


def served(line: str) -> bool:
    """True when a line of a web server's log ends in success."""
    return SERVED.search(line) is not None


def proxied(line: str) -> bool:
    """True when a proxy or balancer served its user (Squid's and HAProxy's log): its very work."""
    return ("TCP_" in line and PROXIED.search(line) is not None) or (
        "/" in line and BALANCED.search(line) is not None
    )
