"""Lines that tell of a service doing its work: somebody came, was served, and left.

A complaint quotes whole logs. What a program writes about everybody (a connection opened, a mail
handed over, a session closed, a ban lifted) accuses nobody by itself, and neither does a line
without a word of trouble: such a line is read only where its mail says what the address did, or
names the address. Success is never a claim, nor is what the server did of itself.
Sources: the messages of OpenSSH, Postfix, Dovecot, Exim, ProFTPD, Asterisk, PostgreSQL, MongoDB,
Suricata's EVE and Cowrie's event names as their manuals and sources give them.
"""

import re

# what a line in lower case, its figures all 0, says when the other side was let in
BENIGN = re.compile(
    r"(?<!un)(?:successful(?:ly)? (?:log|auth|sign)|login successful|log(?:in|on) success|"
    r"(?<!cowrie\.)login[. ]success|: login,? user=|res=success|authentication: succeeded|"
    r"accepted (?:password|publickey|keyboard|gssapi|hostbased|certificate)|"
    r"session (?:opened|closed|revisited)|authentication (?:succeeded|successful)|"
    r"auth(?:entication)? succe|(?<!not )logged (?:in|out)(?! \(auth fail)|\bok login\b|"
    r"login on (?:tty|pts|console)|login permitted|\*ssh login\*|connection succeeded|"
    r"_sa [^ ]{1,64} established|successfulauth)"
)
# whom the server itself called upon, or what it says of itself: nobody came
OWN = re.compile(
    r"postfix/(?:[a-z-]{1,20}/)?(?:smtp|lmtp|local|virtual|pipe)\[0{1,9}\]: |"
    r"[0-9a-z]{6}-[0-9a-z]{6,11}-[0-9a-z]{2,4} (?:(?:==|\*\*|[=-]>) |(?:h=)?[^ ]{1,200} "
    r".{0,60}(?:connection (?:timed|refused)|no route))|smtp error from remote|"
    r"remote host [^ ]{1,200} .{0,60}closed connection|makeconnection \(|"
    r"syserr\(root\): [^ ]{1,200} \[[^]]{3,48}\] config|, (?:delay|xdelay|mailer)=.{0,200}stat=|"
    r", stat=sent|status=sent|connect(?:ion established)? to [^ ]{0,200}\[|starttls=client|"
    r"\bin= out=[a-z]|fully qualified domain name|"
    r"built outbound|listening on|listen normally|bind-address|dhcp(?:ack|request|offer|discover)|"
    r": bound to 0|resolving '|sending notifies|synchronized to 0|selected source 0|; command=/|"
    r"\) cmd \(|\] (?:ignore |added ignore)|neighbor 0|link (?:local|remote): |, reason: layer0|"
    r"\] sent: queue-id|: (?:reply|forwarded|cached) [^ ]{1,255} (?:is|to) 0|"
    r": started [^0]{1,80} at 0"
)
# whom it could not reach, and where it could not listen; a failed login may end in such words
CALLED = re.compile(
    r"(?:can't|cannot|could not|couldn't|unable to|failed to|can not) (?:connect|reach|bind|assign|"
    r"resolve|contact|synchroni|retrieve|download)|\bconnect(?:_to| to|\(0\) for|ing to) [\"\[(]?0|"
    r"already in use|make_sock|download|failure trying master|limit for master|dns format error|"
    r"timed? ?out (?:waiting|from remote)|timeout from remote|retrying transaction|giving up|"
    r"key retrieval|responder|registrar|disabling worker|server certificate|duplicate address|"
    r"table full|in sendto|(?:bgpd|ospfd6?|bird6?|chronyd|timesyncd|freshclam|recursor)\[0"
)
_SSH = (
    r"connection from [^ ]{2,60} port 0{1,5} on |disconnected from (?:user |[0-9a-f.:]{2,45} port "
    r"0{1,5}$)|"
    r"disconnected by user|connection closed by (?:user [^ ]{1,64} )?[0-9a-f.:]{2,45}(?: port "
    r"0{1,5})?$|starting session: |close session: |child connection from|"
    r"(?:failed|postponed) publickey for (?!invalid)|(?:reset by|responding from) user |"
    r"read (?:error )?from remote host"
)
_MAIL = (
    r"smtpd\[0{1,9}\]: connect from |: client=|statistics: max|"
    r"smtpd\[0{1,9}\]: disconnect from (?!.{0,400}0/0)|-login: login: |auth: debug|"
    r": logged out(?! \(auth fail)|inactivity \(no auth attempts|"
    r"<= [^ ]{0,200} h=|closed by quit|connection count =|"
    r"from=<[^>]{0,200}>, size=|connection from .{1,80} lost$|"
    r"postscreen\[0{1,9}\]: (?:connect from|pass |disconnect |(?:white|allow)listed )"
)
_OTHER = (
    r"\bunban\b|jail '|unblock|flush ticket|"
    r"peer connection initiated|tls: initial packet|challengesent|severity=.informational|"
    r"registered sip|log:  ?connection (?:received|authorized)|connection accepted|"
    r"end connection|connection ended|start: [a-z0-9_-]{1,32} |"
    r"new connection(?: from|: )(?!.{0,120}\[session: )|passed clean|started session |"
    r"starttls=server, relay=(?!.{0,80}error)|"
    r"\] connect: client|nrpe\[0{1,9}\]: connection from|accepted connection from|"
    r"event_type\W{1,5}(?:flow|netflow|dns|tls|http|ssh|fileinfo|stats|smtp|smb|rdp|ftp)\b|"
    r"cowrie\.(?:client\.(?:version|kex|size|var|fingerprint)|log\.closed|session\.(?:closed|params"
    r"))|rcvd_from|named\[0{1,9}\]: (?:running|zone [^ ]{1,200}: (?:transferred|loaded))"
)
# what was let through, or is the server's own trouble
_OUT = (
    r"\[ufw (?:allow|audit)|"
    r"action=\W?(?:accept|allow|pass|permit|close|client-rst|server-rst)|permitted (?:tcp|udp)|"
    r"\baccept in=|built inbound|teardown (?:tcp|udp|icmp)|filterlog.{0,60},pass,"
)
_TROUBLE = (
    r"upstream (?:timed out|prematurely|sent)|client (?:prematurely closed|timed out|intended to)|"
    r"(?<!unknown. while )(?:connecting to|reading response header from) upstream, client|"
    r"request body is buffered|to backend|"
    r"keepalive connection|no live upstreams|php (?:notice|warning|deprecated|fatal error)|"
    r"received notify(?!.{0,200}refused)|: notify from |axfr (?:started|ended)|transfer of |"
    r": query: [^ ]{1,255} in |aborted connection (?!.{0,120}unauthenticated)|"
    r"disconnection: session|is now (?:reachable|unreachable|lagged)|"
    r"unregistered sip|inactivity timeout \(--ping|multi: "
)
ROUTINE = re.compile(f"{_SSH}|{_MAIL}|{_OTHER}|{_OUT}|{_TROUBLE}")
# the words of which a line that tells of trouble holds one, whatever its program
TELLING = re.compile(
    r"(?<![a-z0.@/])(?:(?:auth)?fail(?!0)|errors?\b|fatal|alert|invalid|illegal|malformed|"
    r"incorrect|wrong|bad(?:ip|login|request)?(?![a-z]| [a-z]{2,3} cksum)|forbidden|reject|"
    r"den(?:y|ied|ies|yhosts)\b|"
    r"un(?:known|auth|able|expect|recogni|support|solicit)|refus|restrict|disabled|disallow|block|"
    r"drop|bann?(?:ed|ing)?\b|(?:black|deny|block)list|listed|greylist|dnsbl|rbl|locked|abus|attack|"
    r"hack|exploit|spam(?!d)|virus|malware|scan|prob(?:e|able|ing)|flood|brute|violat|exceed|too\b|"
    r"limit|throttl|penal|tarpit|time(?:d )?out|lost|abort|reset|hangup|mismatch|differ|"
    r"not? (?=[a-z])|non-?(?:exist|smtp)|cannot|(?:could|ca|did|does|is|was)n't|suspicious|"
    r"possible|potential|honeypot|expired|pipelining|repeated|before auth|improper|preauth|"
    r"bare newline|nasty ptr|shun|endlessh|cowrie|dionaea|opencanary|nt_status_(?!ok))|"
    r"_(?:fail|den|reject|error|block|wrong|bad)|\] found 0|fehlgeschlagen|échou|\[warning\]|"
    r"<nosrv>"
)
# an access log's status: what was served to everybody says nothing, what was refused does
SERVED = re.compile(
    r'" (?:2\d\d|30[0-8]|5\d\d|499) (?:\d|-)| (?:2\d\d|30[0-8]|5\d\d) \d{1,5} \d{1,10}'
    r"(?: \d{1,9}){0,3}\s?$",
    re.ASCII,
)
PROXIED = re.compile(r"\bTCP_(?!DENIED)[A-Z_]{2,40}/(?:2\d\d|30\d)\b", re.ASCII)
# HAProxy's HTTP log: five times in milliseconds, then the status
BALANCED = re.compile(r" (?:\d{1,9}/){4}\+?\d{1,9} (?:2\d\d|30\d) \+?\d", re.ASCII)


# a status that says no: in records of web servers, of HAProxy, Squid and 3proxy, in FTP and SMTP
REFUSED = re.compile(
    r"status\W{1,4}4\d\d\b| (?:-?\d{1,9}/){2,4}\+?-?\d{1,9} 4\d\d \+?\d|"
    r" 4\d\d 4\d\d |\" 4\d\d (?:\d|-)|\] 40[13] (?:GET|POST|HEAD|PUT) /|"
    r"\b(?:TCP|NONE|TAG|UDP)[A-Z_]{0,40}/4\d\d\b|\.\d{2,5} 000(?!00)\d\d |[ \"'=:]53[05][ -]",
    re.ASCII | re.IGNORECASE,
)


def is_routine(lower: str) -> bool:
    """True when a line, in lower case with all figures 0, tells of nothing but ordinary work."""
    return ROUTINE.search(lower) is not None


def names_trouble(lower: str) -> bool:
    """True when a line, in lower case with all figures 0, holds a word of trouble."""
    return TELLING.search(lower) is not None


def is_refused(line: str) -> bool:
    """True when a line states a status that says no."""
    return REFUSED.search(line) is not None


def is_served(line: str) -> bool:
    """True when a line of a web server's log ends in success."""
    return SERVED.search(line) is not None


def is_proxied(line: str) -> bool:
    """True when a proxy or balancer served its user (Squid's and HAProxy's log): its very work."""
    return ("TCP_" in line and PROXIED.search(line) is not None) or (
        "/" in line and BALANCED.search(line) is not None
    )
