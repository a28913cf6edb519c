"""The configuration of each system at the edge: small, over the lines we ship for operators."""

from pathlib import Path

import aupkeep
from aupkeep.lab.namespaces import ADDRESS

SHIPPED = Path(aupkeep.__file__).parent / "enforcement" / "maps" / "config"
INTERNET = str(ADDRESS["internet"])
NGINX = """\
user root;
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    include {folder}/nginx-http.conf;
    server {{
        listen 80;
        include {folder}/nginx-server.conf;
        location / {{ return 200 "a page\\n"; }}
    }}
}}
"""
HAPROXY = """\
global
    log 127.0.0.1:1 local0 emerg
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend site
    bind :8080
{lines}
    http-request return status 200 content-type text/plain string "a page"
"""
POLICY = """\
$TTL 60
@ SOA localhost. hostmaster.localhost. 1 3600 600 604800 60
@ NS localhost.
"""
ZONE = POLICY + "* A 192.0.2.10\nshop A 192.0.2.10\n"
UNBOUND = """\
server:
  directory: "{folder}"
  username: ""
  chroot: ""
  pidfile: "{folder}/pid"
  use-syslog: no
  do-daemonize: no
  interface: 203.0.113.1
  interface: 127.0.0.1
  access-control: 203.0.113.0/24 allow
  do-not-query-localhost: no
  local-zone: "unbound.example." transparent
  domain-insecure: "example"
remote-control:
  control-enable: yes
  control-interface: 127.0.0.1
  control-use-cert: no
auth-zone:
  name: unbound.example
  zonefile: {folder}/site.zone
  for-downstream: no
  for-upstream: yes
"""
SECRET = "bGFiIG9ubHksIG5vdGhpbmcgaGVyZSBpcyBzZWNyZXQhIQ=="  # noqa: S105 - of a lab's loopback alone
KEY = f'key "aupkeep" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n'
NAMED = """\
{key}
options {{
    directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session";
    listen-on {{ 203.0.113.65; }}; listen-on-v6 {{ none; }};
    recursion yes; allow-recursion {{ any; }}; dnssec-validation no;
    managed-keys-directory "{folder}";
    response-policy {{ zone "rpz.aupkeep"; }} min-update-interval 0 qname-wait-recurse no;
}};
controls {{ inet 127.0.0.1 port 9953 allow {{ 127.0.0.1; }} keys {{ "aupkeep"; }}; }};
zone "bind.example" {{ type primary; file "{folder}/site.zone"; }};
zone "hosted.example" {{ type primary; file "{folder}/hosted.zone";
    allow-update {{ key "aupkeep"; }}; }};
"""
RNDC = """\
{key}
options {{ default-key "aupkeep"; default-server 127.0.0.1; default-port 9953; }};
"""
BIRD = f"""\
router id {INTERNET};
log "{{folder}}/log" all;
protocol device {{{{}}}}
protocol kernel {{{{ ipv4 {{{{ export where source = RTS_BGP; }}}}; }}}}
filter blackholes {{{{
  if (65535, 666) ~ bgp_community then {{{{ dest = RTD_BLACKHOLE; accept; }}}}
  reject;
}}}}
protocol bgp ours {{{{
  local {INTERNET} as 64501; neighbor 192.0.2.1 as 64500; passive; multihop; strict bind;
  ipv4 {{{{ import filter blackholes; import limit 100 action restart; export none; }}}};
}}}}
"""
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1, 203.0.113.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
myhostname = relay.provider.example
mydestination =
mynetworks = 127.0.0.0/8, 203.0.113.0/24
alias_maps =
alias_database =
smtpd_sasl_auth_enable = yes
smtpd_authorized_xclient_hosts = 127.0.0.1, 203.0.113.0/24
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [{sink}]
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
MASTER = """\
203.0.113.1:2525 inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def shipped(name: str, folder: Path) -> str:
    """A file that we ship for operators, with this folder for the one on a server."""
    text = (SHIPPED / name).read_text("utf-8")
    for map_file in ("nginx.map", "haproxy.map"):
        text = text.replace(f"/etc/aupkeep/{map_file}", f"{folder}/pages.map")
    return text.replace("/etc/aupkeep", str(folder))
