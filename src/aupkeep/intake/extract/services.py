"""Which service a log line comes from: its usual port and what a complaint about it means.

A port is given only where the program implies the service (sshd → 22/tcp); web servers imply the
protocol but not the port. Ports: IANA service name registry. A stated port always wins.
"""

import re
from typing import NamedTuple

LOGIN, SCAN, PROBE = (
    "connection/login_attack",
    "connection/port_scan",
    "connection/vulnerability_scan",
)
SPAM = "messaging/spam"
RECON, UNCLEAR = "connection/reconnaissance", "law/unspecified"


NOUGHTS = str.maketrans("123456789", "000000000")


class Service(NamedTuple):
    """What a program's name implies; `kind` is meant when the message's own words say nothing."""

    kind: str
    port: int | None = None
    protocol: str | None = None


def _table(rows: str) -> dict[str, Service]:
    services = {}
    for row in rows.split("\n"):
        names, kind, port = row.split("|")
        number, _, protocol = port.partition("/")
        for name in names.split(","):
            services[name.translate(NOUGHTS)] = Service(
                kind, int(number) if number else None, protocol or None
            )
    return services


SERVICES = _table(f"""\
sshd,dropbear,ssh2,ssh,cowrie.ssh|{LOGIN}|22/tcp
postfix/submission,submission-login,submission|{SPAM}|587/tcp
postfix/smtps|{SPAM}|465/tcp
postfix,postscreen,courieresmtpd,esmtpd,sm-mta,milter,sendmail,sm-mta,exim,qmail,rblsmtpd,smtpd,smtp,assp,haraka,opensmtpd,domino|{SPAM}|25/tcp
sasl,saslauthd,smtp auth,smtp_auth,vchkpw-smtp,smtpauth|{LOGIN}|25/tcp
imap-login,imapd,imap,dovecot_imap,vchkpw-imap|{LOGIN}|143/tcp
pop3-login,pop3d,pop3,solid-pop3d,ipop3d,vchkpw-pop3|{LOGIN}|110/tcp
managesieve-login,managesieve,timsieved|{LOGIN}|4190/tcp
dovecot,vpopmail,courier,cyrus,perdition,authdaemond|{LOGIN}|/tcp
vsftpd,proftpd,pure-ftpd,ftpd,wu-ftpd,gssftpd,ftp|{LOGIN}|21/tcp
telnetd,telnet|{LOGIN}|23/tcp
asterisk,chan_sip,res_pjsip,pjsip,freeswitch,sofia,kamailio,opensips,sip|{LOGIN}|5060/
mysqld,mysql,mariadbd,mariadb|{LOGIN}|3306/tcp
postgres,postgresql|{LOGIN}|5432/tcp
mssql,mssqlserver,sql server|{LOGIN}|1433/tcp
mongod,mongodb|{LOGIN}|27017/tcp
redis|{LOGIN}|6379/tcp
rdp,xrdp,termservice,terminal services,terminal server,remote desktop|{LOGIN}|3389/tcp
vnc,screensharingd|{LOGIN}|5900/tcp
slapd,ldap|{LOGIN}|389/tcp
ejabberd,ejabberd_c2s,prosody|{LOGIN}|5222/tcp
murmur,mumble|{LOGIN}|64738/
squid|{RECON}|3128/tcp
named,nsd,unbound,bind9|{RECON}|53/
nrpe|{RECON}|5666/tcp
smbd|{LOGIN}|445/tcp
rsyncd|{LOGIN}|873/tcp
krb5kdc|{LOGIN}|88/
ocserv|{LOGIN}|443/tcp
xl2tpd|{RECON}|1701/udp
synocgid,qlogd|{LOGIN}|/tcp
snmpd|{RECON}|161/udp
ntpd|{RECON}|123/udp
webmin,miniserv|{LOGIN}|10000/tcp
directadmin|{LOGIN}|2222/tcp
cpaneld,whostmgrd,cphulkd,webmaild,cpdavd|{LOGIN}|/tcp
pvedaemon,proxmox|{LOGIN}|8006/tcp
wp-login,wordpress,xmlrpc,drupal,joomla,roundcube,horde,phpmyadmin,gitlab,nextcloud,owncloud|{LOGIN}|/tcp
froxlor,squirrelmail,openwebmail,sogod,zoneminder,grafana,vaultwarden,guacamole,tine20|{LOGIN}|/tcp
nginx,apache,httpd,lighttpd,traefik,caddy,haproxy,modsecurity,mod_security,mod_evasive,suhosin|{PROBE}|/tcp
portsentry,scanlogd,psad,filterlog,pfsense,opnsense,iptables,nftables,ufw,netfilter,firewall|{SCAN}|/""")
FIND = re.compile(
    r"(?<![a-z0-9.])(?:"
    + "|".join(map(re.escape, sorted(SERVICES, key=len, reverse=True)))
    + r")(?![a-z0-9]|\.[a-z])"
)
# messages of programs that do not name themselves, with the peer's place among them
FORMS = re.compile(
    r"system,error,critical login failure for user |\) failed c0s \w{1,24} authentication for |"
    r"\bplesk-login: |> failed login for .{1,400} in session |pdns_server\[0{1,9}\]: |"
    r"\] \w{1,20} authentication failed for \S{1,64} on \S{1,64} from client |"
    r"\w authenticator failed for |no (?:ip address found for host|host name found for ip) |"
    r"\bsa: action: |\[[a-z]{4,6}\] 0{1,9}#0{1,9}: (?:\*0{1,12} )?|\((?:mod|http)_auth\.c|"
    r"\b(?:chan_\w{2,9}|res_\w{2,20}|manager|sofia|pjsip_\w{2,16})\.c:?|"
    r"%[a-z_0]{2,30}-0-\w{2,40}: |"
    r"\[\*\*\] \[0{1,4}:0{1,9}:0{1,4}\] |\bevent 0000 |\bevent ?id[=:\s]\s?\"?0000"
    r"|0000 audit failure |\blogon {2,9}login failed |"
    r"\]\s(?:plugin \w{1,40} reported: )?access denied for user '|\bfail login: client \"|"
    r"\b(?:fatal|log): {1,2}(?:no pg_hba|(?:password|pam|peer|ident|ldap) auth|role \"|"
    r"database \")|"
    r"\bi access {2,9}\[conn0|# possible security attack |\] \[(?:name=[^;\]]{1,99};)?o?ip=|"
    r"\blogid=\"?0{4,10}|rack_attack: |\[homeassistant\.|\] jellyfin\.|\bchkuser |"
    r"^type=[a-z_]{3,24} msg=audit\(|\blogger=[\w.]{2,24} |org\.apache\.guacamole|tinebase_control|"
    r"[:@]ejabberd_c0s:[a-z_]{0,40}:?0{1,6}[ )]|\bfirewall,info [\w -]{1,40}: in:|"
    r"\bin=[\w.-]{0,16} out=[\w.-]{0,16} |"
    r"(?:00|\]|-[a-z0]{2,4}) (?:h=|smtp (?:call|protocol) )|"
    r"\bclient (?:@0x[\da-f]{1,16} )?[0a-f.:]{2,45}#0{1,5} \(|"
    r"\blevel=\w{3,7} msg=\"(?:\([^)\"\s]{1,80}/crowdsec\) |ip [0.:a-f]{2,45} performed ')"
)
NEAR = 80  # characters of a message in which such a form stands
PARTS = frozenset("-_.")  # what joins the parts of a longer name
LOOK = 256  # characters of a line in which the program's name stands


def is_known(lower: str, head: int, opened: int) -> bool:
    """Whether a program whose messages are known wrote a line whose message begins at `head`.

    It names a service there, not as a part of a name, or begins as that program's messages do
    before its peer's own text may, at `opened`.
    """
    own = FORMS.search(lower, 0, max(head, min(opened, LOOK)) + NEAR)
    return (own is not None and own.start() < opened) or any(
        lower[match.start() - 1 : match.start()] not in PARTS
        for match in FIND.finditer(lower[:head])
    )


def service_of(lower: str) -> Service | None:
    """The first service with a port of its own that a line names, else the first, or None.

    The line is in lower case with all figures 0, as `lines` remembers it.
    """
    services = [SERVICES[match[0]] for match in FIND.finditer(lower, 0, LOOK)]
    return next(
        (service for service in services if service.port), services[0] if services else None
    )
