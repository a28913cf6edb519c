"""The words of one log line that say what it tells of, as programs write them.

Lines are matched in lower case with every figure written 0. Sources: the messages of the daemons
themselves, by their manuals and sources.
"""

# a packet that was seen or turned away: part of a scan, where nobody says of what else
PACKETS = (
    r"\bdpt=\d|dst_?port=\d|flags \[s\]|(?:deny|denied) (?:tcp|udp)|filterlog|session.denied|"
    r"rt_flow_session_deny"
)
SCANS = (
    r"port ?scan|scanlogd|attackalert|syn_stealth|synscan|stealth scan|"
    r"(?:inbound|blocked|tcp|udp|syn) scan\b|port flooding|\bet scan|\bscan from\b|"
    r"connection denied from"
)
# the first kind whose words stand in a line is the line's; the order is from narrow to broad
LINE = {
    "vulnerability/open_service": r"amplif[iy]|verstärk|forsterk|förstärk|forstærk|amplificaz|"
    r"reflector|(?:ntp|dns|ssdp|cldap|ldap|snmp|memcached|chargen) reflect|"
    r"reflect(?:ed|ion) (?:d?dos|attack)|"
    r"d?dos[ -]reflect|open.?resolver",
    "vulnerability/cve": r"\bvulnerable (?:to|for|version|installation)\b",
    "connection/sql_injection": r"sql.?injection|union(?:\s|\+|%00){1,3}(?:all(?:\s|\+|%00))?"
    r"select|"
    r"sqlmap|information_schema",
    "connection/port_scan": f"{SCANS}|{PACKETS}",
    "connection/ddos": r"\bd?dos\b|ddos|syn.?flood|udp.?flood|http.?flood|amplification|"
    r"flood(?:ing)? (?:attack|detected)|limiting (?:requests|connections)",
    "connection/login_attack": r"failed password|password (?:check )?(?:fail|mismatch)|passwords? "
    r"(?:do|does)(?:n't| not) match|auth\w{0,14} (?:has )?(?:fail|error|"
    r"attempt|reject|denied|unsuccessful)|"
    r"fail\w{0,3} (?:\S{1,12} ){0,2}(?:login|logon|auth|pass|password)|"
    r"(?:login|logon|log ?in|sign-?in|signin)(?: \S{1,24}){0,5} (?:fail|"
    r"attempt|error|denied|incorrect|reject|invalid|unsuccess)|login[_ "
    r"](?:fail|error|attempt|denied|incorrect)|"
    r"(?:invalid|illegal|unknown|nonexistent|unauthori[sz]ed|bad|wrong) "
    r"(?:user|login|password|pw|credential|auth|extension)|no such user|"
    r"user not found|user unknown to|access denied for (?:user|\S{1,40}@)|"
    r"brute.?force|bruteforce|bad rcon|maximum auth|max sender auth|too "
    r"much auth|not in allow|not allowed because|\[preauth\]|\bsasl\b|no "
    r"supported auth|authenticator failed|auth(?:entication)? mechanism|"
    r"auth login|auth command|no auth attempts|badlogin|wrongpassword|wrong "
    r"password|tried to login|attack\w{0,4} on login|username or password|"
    r"invalid(?:accountid|password)|failed md0|did not receive identification|"
    r"bad protocol version|"
    r"no matching peer|no pg_hba|wp-login|xmlrpc\.php|login denied|user "
    r"\S{1,24} denied|failedacl|chalresponsefailed|"
    r"invalidaccountid|fail login|login failed|might not have worked|not "
    r"found, ip|failed to log ?(?:on|in)|logon failure|audit failure|"
    r"auth=0/0|after auth from|auth_(?:basic|digest)|cowrie\.|sshguard|denied hosts|"
    r"-auth\]|user \S{1,64} (?:was )?not found|no user/password|not allowed to (?:log|talk)|"
    r"could not retrieve user|authentication$|attempt (?:was made )?to (?:authenticate|log ?in)|"
    r"\bstatus\W{1,3}0xc000000[ad]\b|"  # wrong password, logon failure: [MS-ERREF] section 2.3.1
    r"nt_status_(?:no_such_user|wrong_password|logon_failure|account_locked)|"
    r"guess\w{0,3} (?:\S{1,12} )?passw|password.guess|"
    r"crowdsecurity/\S{1,30}(?:bf|bruteforce|user-enum)\b",
    "messaging/spam": r"\bspam(?!d\b)|noqueue: reject|milter-reject|"
    r"rejected (?:mail|helo|ehlo|after data)|"
    r"permanently rejected message|relay(?:ing)? (?:not permitted|access denied|attempt|denied)|"
    r"relay attempt|rejected rcpt|reject: rcpt|\brbl\b|dnsbl|blacklist|"
    r"sender verify|user unknown|unknown user|unrouteable|"
    r"mailbox unavailable|no mail in smtp|smtp (?:protocol|call|connection)|"
    r"pregreet|harvest|unsolicited|recipient address rejected|listed (?:in|"
    r"by|at)",
    "connection/vulnerability_scan": r"w00tw00t|nikto|nmap|masscan|zgrab|nuclei|acunetix|"
    r"wpscan|\.\./|"
    r"etc/passwd|shellshock|\(\) ?\{|/\.env|/\.git|phpunit|file does "
    r"not exist|access forbidden|script not found|forbidden by rule|"
    r"badbot|bad.?bot|exploit|vulnerab|configured attacker|modsecurity|"
    r"\battack(?!er[\"']?\s?[=:])|\[\*\*\]|\[classification: |event_type\W{1,5}alert|"
    r"invalid uri|uri too long|"
    r"not found or unable to stat|type=.?ips|threat,vulnerability|/cgi-bin/|"
    r"wp-content|wp-config|robots\.txt|crowdsecurity/(?:http|cve|nginx|apache)",
    "connection/reconnaissance": r"probe|reconnaissance|refused connect|query(?: \(cache\))? .{0,"
    r"80}denied|unauthorized connection|not allowed|ratelimit|banned|"
    r"blocked|dropped|denied|rejected|refused",
}
