"""The report types of Shadowserver: what each row is about, in which role, and what it means.

A line is names | shape | meaning | marks | hints | transport. Names of one line differ in the IP
version only. A *shape* says in which columns the subject stands, a *meaning* what is claimed about
it (both below; two of each where a row speaks of two parties). *Marks* are columns that tell the
type by its header alone, `-name` one that it must not have; *hints* are words of its `tag` column
beyond its own name; *transport* is what the type always uses, where its rows need not say it.

Roles are the point of this table: `event4_honeypot_ddos_amp` names in `src_ip` the *victim* whose
address was forged, `event4_honeypot_ddos_target` in `dst_ip` the one who was attacked and in
`src_ip` the one who ordered it. RSIT values are those that feeds of 2023 carry, so that reports of
all years count together; the kind is our own judgement and follows what we know today.
"""

from dataclasses import dataclass
from functools import cache

from aupkeep.model.finding import Role
from aupkeep.model.taxonomy import KINDS

SURE, VAGUE = 0.9, 0.4  # confidence: seen by the publisher itself; only seen near malware
CLOCK = "timestamp"
# Shape → field of a finding → its column.
SHAPES: dict[str, dict[str, str]] = {
    "scan": {"address": "ip", "port": "port"},
    "event": {
        "address": "src_ip", "port": "src_port", "target": "dst_ip", "target_port": "dst_port",
    },
    "target": {"address": "dst_ip", "port": "dst_port"},
    "query": {"address": "src_ip", "port": "src_port"},
    "site": {"address": "ip", "port": "port", "url": "url", "domain": "http_host"},
    "link": {"address": "ip", "port": "port", "url": "url", "domain": "host"},
    "referer": {"address": "http_referer_ip", "url": "http_referer"},
    "name": {"domain": "request"},
    "account": {"account": "username", "mail": "email"},
    "victim": {"domain": "website"},
}  # fmt: skip
NEEDS = {
    shape: frozenset(
        column for field, column in fields.items() if "port" not in field and field != "target"
    )
    for shape, fields in SHAPES.items()
}
# Meaning | kind | role | RSIT value | what the publisher saw, for people.
MEANINGS = """\
open|vulnerability/open_service|vulnerable|vulnerable:vulnerable-system|open to all or to abuse
reachable|vulnerability/open_service|vulnerable|other:other|reachable from everywhere
unwanted|vulnerability/open_service|vulnerable|vulnerable:potentially-unwanted-accessible|exposed
flaw|vulnerability/cve|vulnerable|vulnerable:vulnerable-system|has a known flaw
exchange|vulnerability/cve|vulnerable|vulnerable:infected-system|a known flaw
cipher|vulnerability/misconfiguration|vulnerable|vulnerable:vulnerable-system|offers a broken cipher
secret|vulnerability/misconfiguration|vulnerable|vulnerable:weak-crypto|uses a known secret
spoofing|vulnerability/misconfiguration|vulnerable|fraud:masquerade|lets forged source addresses out
seen|reputation/threat_intelligence|vulnerable|other:other|seen, nothing wrong with it as such
device|reputation/threat_intelligence|vulnerable|other:undetermined|a device of this make
listed|reputation/blocklist|offender|other:blacklist|stands on a blocklist
implant|infrastructure/compromised_server|vulnerable|vulnerable:vulnerable-system|holds a backdoor
hacked|infrastructure/compromised_server|offender|intrusions:system-compromise|taken over by others
extorted|infrastructure/compromised_server|victim|intrusions:system-compromise|extorted
leaked|content/exposed_data|victim|information-content-security:data-leak|its password leaked
infected|connection/infected_host|offender|malicious-code:infected-system|called a sinkhole
referrer|content/remote_compromise|offender|other:other|its page sent a visitor to a sinkhole
resolver|reputation/threat_intelligence|vulnerable|other:other|asked for a name that malware uses
beacon|infrastructure/botnet|controller|malicious-code:infected-system|commands infected machines
login|connection/login_attack|offender|intrusion-attempts:brute-force|tried passwords at a honeypot
scanner|connection/port_scan|offender|information-gathering:scanner|probed a honeypot
prober|connection/vulnerability_scan|offender|information-gathering:scanner|tried a known flaw
darknet|connection/port_scan|offender|other:other|sent packets to unused addresses
ordered|connection/ddos|controller|availability:ddos|ordered an attack
flooder|connection/ddos|offender|availability:ddos|took part in an attack
attacked|protection/inbound_ddos|victim|availability:ddos|was attacked
malware|content/malware|offender|malicious-code:malware-distribution|serves malware
contacted|reputation/threat_intelligence|offender|malicious-code:malware-distribution|near malware
asked|reputation/threat_intelligence|offender|other:other|near malware
spamvertised|messaging/spam|offender|abusive-content:spam|advertised by spam
unclear|law/unspecified|offender|other:other|not told
"""
TABLE = """\
blocklist|scan|listed|source reason -url
compromised_account|account|leaked|email source_url
compromised_iot compromised_iot6|scan|hacked|source_type status
compromised_website compromised_website6|site|hacked|http_host category system
device_id device_id6|scan|device|device_vendor -public_source
event4_ddos_participant|event|flooder|dst_network attack duration|participant
event4_honeypot_adb_scan|event|scanner|commands maxdata
event4_honeypot_brute_force|event|login|start_time end_time client_version
event4_honeypot_darknet|event|darknet|infection count -bytes -query
event4_honeypot_ddos|event|ordered|dst_network attack duration
event4_honeypot_ddos_amp|event|attacked|avg_pps max_pps
event4_honeypot_ddos_target|target+event|attacked+ordered|dst_network attack duration
event4_honeypot_http_scan|event|scanner|pattern http_agent http_request_method
event4_honeypot_ics_scan|event|scanner|sensor_id slave_id
event4_honeypot_ikev2_scan|event|scanner|vulnerability_enum target_vendor -cookie|ikev2 ike
event4_honeypot_rdp_scan|event|scanner|cookie target_vendor
event4_honeypot_rocketmq_scan|event|scanner|opaque serialize_type
event4_honeypot_smb_scan|event|scanner|supported_protocols command
event4_ip_spoofer|event|spoofing|routedspoof session
event4_microsoft_sinkhole|event|infected|infection -http_url -count|msdcu
event4_microsoft_sinkhole_http|event|infected|infection http_url http_agent -pattern|msdcu
event4_sinkhole event6_sinkhole|event|infected|infection -http_url -count
event4_sinkhole_dns|query|resolver|query_type query
event4_sinkhole_http event6_sinkhole_http|event|infected|infection http_url http_agent -pattern
event4_sinkhole_http_referer event6_sinkhole_http_referer|referer|referrer|http_referer_ip
malware_url|link|malware|url source -sender
population_bgp population6_bgp|scan|reachable|bgp_version hold_time
population_http_proxy population6_http_proxy|scan|seen|proxy_authenticate via|closed
population_isakmp population6_isakmp|scan|seen|responder_spi next_payload
population_msmq population6_msmq|scan|reachable
population_ntrip|scan|seen|ntrip_code mount_point
ransomware_victim|victim|extorted|entity_name leak_site_url
sandbox_conn|link|contacted|bytes_in bytes_out
sandbox_dns|name|asked|request response -src_ip
sandbox_url|link|contacted|user_agent method url
scan_activemq scan6_activemq|scan|open|command vendor
scan_adb|scan|open|model device features
scan_afp|scan|open|afp_versions uams
scan_amqp|scan|open|mechanisms locales
scan_ard|scan|open|machine_name response_size -workgroup -http_port
scan_badsecrets scan6_badsecrets|scan|secret|badsecret_type badsecret_module
scan_bgp scan6_bgp|scan|open|bgp_version hold_time|open
scan_chargen|scan|open
scan_cisco_smart_install|scan|open
scan_coap|scan|open|response version -machine_name
scan_couchdb|scan|reachable|couchdb_version couchdb_message
scan_cwmp scan6_cwmp|scan|open|set_cookie http_code -build_date -cert_length|tr_069
scan_db2|scan|open|db2_hostname servername
scan_ddos_middlebox|scan|open|source_port bytes
scan_dns scan6_dns|scan|open|min_amplification dns_version|openresolver
scan_docker|scan|open|api_version kernel_version
scan_dvr_dhcpdiscover|scan|open|video_input_channels alarm_input_channels
scan_elasticsearch scan6_elasticsearch|scan|open|cluster_name lucene_version
scan_epmd|scan|reachable|nodes
scan_exchange scan6_exchange|scan|exchange|servername -db2_hostname
scan_ftp scan6_ftp|scan|open|auth_tls_response -sslv3_supported -naming_contexts
scan_gtp|scan|open|teid recovery
scan_hadoop|scan|open|livenodes namenodeaddress||tcp
scan_http scan6_http|scan|seen|set_cookie http_code -build_date -cert_length
scan_http_proxy scan6_http_proxy|scan|open|proxy_authenticate via
scan_http_vulnerable scan6_http_vulnerable|scan|flaw|www_authenticate set_cookie build_date detail
scan_ics|scan|open|device_id raw_response -sensor_id
scan_imap scan6_imap|scan|reachable|sslv3_supported -auth_tls_response
scan_imap_vulnerable scan6_imap_vulnerable|scan|flaw|sslv3_supported -auth_tls_response
scan_ip_tunnel scan6_ip_tunnel|scan|open||gre ipip 6in4 4in6
scan_ipmi|scan|open|ipmi_version userlevel_auth||udp
scan_ipp scan6_ipp|scan|open|ipp_version printer_name
scan_isakmp scan6_isakmp|scan|open|responder_spi next_payload|vulnerable
scan_kubernetes|scan|open|git_tree_state platform
scan_ldap_tcp scan6_ldap_tcp|scan|open|naming_contexts ldap_service_name
scan_ldap_udp|scan|open|naming_contexts ldap_service_name -subject_common_name
scan_loop_dos|scan|open||loop
scan_mdns|scan|open|mdns_name workstation_name
scan_memcached|scan|open|curr_connections total_connections
scan_mongodb scan6_mongodb|scan|open|gitversion maxbsonobjectsize
scan_mqtt scan6_mqtt|scan|open|anonymous_access hex_code
scan_mqtt_anon scan6_mqtt_anon|scan|open|hex_code raw_response -anonymous_access
scan_msrpc scan6_msrpc|scan|unwanted|packet_flags association_group
scan_mssql|scan|open|instance_name named_pipe
scan_mysql scan6_mysql|scan|reachable|mysql_protocol_version client_compress
scan_nat_pmp|scan|open|opcode external_ip
scan_netbios|scan|open|workgroup machine_name
scan_netis_router|scan|open||netis|udp
scan_ntp scan6_ntp|scan|open|stratum refid
scan_ntpmonitor scan6_ntpmonitor|scan|open|packets
scan_pop3 scan6_pop3|scan|reachable|sslv3_supported -auth_tls_response
scan_pop3_vulnerable scan6_pop3_vulnerable|scan|flaw|sslv3_supported -auth_tls_response
scan_portmapper|scan|open|programs mountd_port
scan_post_exploitation_framework|scan|beacon|beacon_type beacon_host
scan_postgres scan6_postgres|scan|reachable|startup_error_code protocol_error_code
scan_qotd|scan|open|quote
scan_quic|scan|seen|version_field_1
scan_radmin|scan|open
scan_rdp scan6_rdp|scan|open|rdp_protocol||tcp
scan_rdpeudp|scan|open|sessionid
scan_redis|scan|open|multiplexing_api run_id
scan_rsync scan6_rsync|scan|open|module motd
scan_sip|scan|open|sip_code cseq
scan_slp scan6_slp|scan|open|function_text next_extension_offset
scan_smb scan6_smb|scan|open|smb_major_number smb_version_string||tcp
scan_smtp scan6_smtp|scan|reachable|auth_tls_response sslv3_supported
scan_smtp_vulnerable scan6_smtp_vulnerable|scan|flaw||21nails
scan_snmp scan6_snmp|scan|open|sysdesc sysname
scan_socks|scan|open||socks4 socks5
scan_ssdp|scan|open|unique_service_name search_target
scan_ssh scan6_ssh|scan|seen|serverid_raw available_kex
scan_ssl scan6_ssl|scan|seen|ssl_poodle freak_vulnerable
scan_ssl_freak scan6_ssl_freak|scan|cipher|freak_vulnerable browser_trusted -ssl_poodle
scan_ssl_poodle scan6_ssl_poodle|scan|cipher|ssl_poodle cert_length -freak_vulnerable
scan_stun scan6_stun|scan|seen|magic_cookie xor_mapped_address
scan_synfulknock|scan|implant|raw_packet urgent_pointer
scan_telnet scan6_telnet|scan|open
scan_tftp|scan|open|errormessage opcode
scan_ubiquiti|scan|open|radioname modelshort
scan_vnc scan6_vnc|scan|open|product -product_version||tcp
scan_ws_discovery|scan|open|raw_response error -teid
scan_xdmcp|scan|open|reported_hostname opcode
spam_url|link|spamvertised|url sender
special|scan|flaw|status detail method
"""
# Meaning | names of reports that were retired; they are still sent by others and lie in archives.
RETIRED = """\
infected|botnet_drone drone sinkhole_http_drone sinkhole6_http microsoft_sinkhole
beacon|botnet_ccip cc_ip botnet_cc
login|drone_brute_force brute_force
scanner|hp_http_scan hp_ics_scan
darknet|darknet
spoofing|caida_ip_spoofer ip_spoofer_events
listed|blacklist
contacted|cwsandbox_url
open|dns_openresolver openresolver proxy open_proxy ntp_monitor ntp_version
open|accessible_hadoop accessible_rdp accessible_telnet
cipher|ssl_scan ssl_freak_scan
"""


@dataclass(frozen=True, slots=True)
class RowMeaning:
    """What a row claims about its subject; `rsit` is `taxonomy:type`."""

    name: str
    kind: str
    role: Role
    rsit: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportType:
    """One report type. `sides` are shape and meaning of each finding that a row gives.

    `stem` is its name without the family (`scan_`, `event4_`), as its `tag` column writes it.
    `known` is False for one that neither this table nor a schema names.
    """

    name: str
    sides: tuple[tuple[str, RowMeaning], ...]
    marks: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    transport: str | None = None
    known: bool = True

    @property
    def confidence(self) -> float:
        """How sure a row of it is about its subject."""
        if not self.known or self.name.startswith("sandbox_"):
            return VAGUE
        return SURE

    @property
    def needs(self) -> frozenset[str]:
        """The columns of which a header must have one."""
        return NEEDS[self.sides[0][0]]

    @property
    def stem(self) -> str:
        """The name without its family.

        >>> types()["scan6_mqtt_anon"].stem
        'mqtt_anon'
        """
        return self.name.partition("_")[2].removeprefix("honeypot_")


def _meaning(line: str) -> RowMeaning:
    name, kind, role, rsit, words = line.split("|")
    return RowMeaning(name, KINDS[kind].name, Role(role), rsit, words)


@cache
def meanings() -> dict[str, RowMeaning]:
    """Every meaning by its name."""
    return {meaning.name: meaning for meaning in map(_meaning, MEANINGS.splitlines())}


def _types(line: str) -> list[ReportType]:
    names, shape, meaning, marks, hints, transport = [*line.split("|"), "", "", ""][:6]
    columns = marks.split()
    sides = zip(shape.split("+"), meaning.split("+"), strict=True)
    claims = tuple((where, meanings()[what]) for where, what in sides)
    return [
        ReportType(
            name=name,
            sides=claims,
            marks=frozenset(mark for mark in columns if not mark.startswith("-")),
            without=frozenset(mark[1:] for mark in columns if mark.startswith("-")),
            hints=tuple(hints.split()),
            transport=transport or None,
        )
        for name in names.split()
    ]


@cache
def types() -> dict[str, ReportType]:
    """Every type of the table by its name."""
    return {kind.name: kind for line in TABLE.splitlines() for kind in _types(line)}


@cache
def retired() -> dict[str, RowMeaning]:
    """The meaning of each report that is no longer made, by its name."""
    lines = (line.split("|") for line in RETIRED.splitlines())
    return {name: meanings()[meaning] for meaning, names in lines for name in names.split()}


def own_type(name: str) -> ReportType | None:
    """The type of this name in the table; of a new IP version, the type it is of.

    >>> own_type("scan_adb").name, own_type("scan6_adb").name, own_type("scan_toaster")
    ('scan_adb', 'scan_adb', None)
    """
    other = (
        f"scan_{name}",
        name.replace("6_", "_", 1),
        name.replace("6_", "4_", 1),
        name.replace("t_", "t4_", 1),
    )
    return next((types()[candidate] for candidate in (name, *other) if candidate in types()), None)
