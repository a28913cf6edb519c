#!/bin/bash
# A real OpenStack control plane: Keystone, Placement, Glance, Nova with its fake hypervisor, Neutron, from PyPI, with
# Debian's MariaDB and RabbitMQ, closed in a network namespace of its own. As root. With Open vSwitch installed, Neutron's
# agent runs a switch in user space; without, a live agent is only reported, and ports are bound to no switch.
#   lab.sh FOLDER lacks|install|up|down [balancers]
# `balancers`: Keystone and Octavia alone, with Octavia's provider that does nothing, in another namespace.
set -eu
HERE=$(cd "$(dirname "$0")"; pwd)
ROLES=$(cd "$HERE/../../../src/aupkeep/enforcement/openstack/roles"; pwd)
NS=aupkeep-openstack PROGRAM=nova-conductor
VERSIONS="keystone==30.0.0 openstack-placement==16.0.0 glance==33.0.0 nova==34.0.0 neutron==29.0.0"
if [ "${3:-}" = balancers ]; then NS=aupkeep-octavia PROGRAM=octavia-api VERSIONS="keystone==30.0.0 octavia==19.0.0"; fi
OSV=$1/venv D=${AUPKEEP_OPENSTACK_STATE:-/dev/shm/$NS}
IN="ip netns exec $NS"; export PATH=$OSV/bin:$PATH HOME=$D
lacks() {
  [ "$(id -u)" = 0 ] || { echo "not root"; return; }
  for p in mariadbd /usr/lib/rabbitmq/bin/rabbitmq-server ip; do
    [ $PROGRAM = octavia-api ] && [ "${p##*/}" = rabbitmq-server ] && continue
    command -v $p >/dev/null || { echo "no $p here (apt-get install mariadb-server rabbitmq-server iproute2)"; return; }
  done
  return 1
}
guest() {
  mkdir -p ${OSV%venv}guest && ( cd ${OSV%venv}guest  # the kernel and shell of a guest in QEMU, unpacked and not installed
    apt-get download busybox-static "$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends/ {print $2; exit}')" &&
    for d in *.deb; do dpkg -x $d .; done ) || echo "no kernel for a guest"
}
install() {
  [ -x $OSV/bin/$PROGRAM ] && return
  [ $PROGRAM = octavia-api ] || guest
  python3 -m venv $OSV
  $OSV/bin/pip install -q $VERSIONS openstacksdk uwsgi pymysql
}
SOCK=$D/my.sock; DB() { echo "mysql+pymysql://root@localhost/$1?unix_socket=$SOCK&charset=utf8mb4"; }
auth() { cat <<C
auth_url = http://127.0.0.1:5000/v3
www_authenticate_uri = http://127.0.0.1:5000/v3
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = secret
region_name = RegionOne
C
}
bg() { n=$1; shift; $IN setsid "$@" >$D/log/$n.log 2>&1 & echo $! >$D/pid/$n; }
wsgi() { bg $1 uwsgi --http-socket 127.0.0.1:$2 --module $3 --master --processes ${4:-1} --threads 4 --enable-threads --thunder-lock --need-app --die-on-term --lazy-apps --buffer-size 65535 --add-header "Connection: close"; }
wait_for() { for i in $(seq 120); do $IN curl -sf http://127.0.0.1:$1 >/dev/null && return; sleep .5; done; }
services() {  # users and entries of the catalogue: (name, type, address)
  $IN python -W ignore - "$1" <<'PY'
import ast, sys, openstack
c = openstack.connect(auth_url='http://127.0.0.1:5000/v3', project_name='admin', username='admin', password='secret', user_domain_id='default', project_domain_id='default', region_name='RegionOne')
i = c.identity
sp = i.create_project(name='service', domain_id='default'); admin = i.find_role('admin'); service = i.find_role('service')
for n, t, url in ast.literal_eval(sys.argv[1]):
    u = i.create_user(name=n, password='secret', domain_id='default', default_project_id=sp.id)
    for r in (admin, service):
        if r: i.assign_project_role_to_user(sp, u, r)
    s = i.create_service(name=n, type=t)
    for f in ('public', 'internal', 'admin'):
        i.create_endpoint(service_id=s.id, interface=f, url=url, region_id='RegionOne')
PY
}
el() { echo "[$(date +%s.%N | awk -v t=$T0 '{printf "%5.1f", $1-t}')s] $*"; }
base() {  # a database each of these names, and Keystone, which tells of changes by NOTIFY
  T0=$(date +%s.%N)
  mkdir -p $D/{log,pid,etc,fernet,cred,nova,neutron,glance/images,rabbit,lock}; ip netns add $NS; ip -n $NS link set lo up
  mariadb-install-db --no-defaults --datadir=$D/mysql --auth-root-authentication-method=normal --user=root >$D/log/mdb-init.log 2>&1
  bg mariadb mariadbd --no-defaults --user=root --datadir=$D/mysql --socket=$SOCK --skip-networking --innodb-flush-log-at-trx-commit=0 --max-connections=400 --pid-file=$D/pid/my
  for i in $(seq 60); do mariadb-admin -uroot -S $SOCK ping >/dev/null 2>&1 && break; sleep .5; done
  for d in "$@"; do mariadb -uroot -S $SOCK -e "create database $d character set utf8mb4"; done
  el mariadb up
  cat >$D/etc/keystone.conf <<C
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:5672/
[oslo_messaging_notifications]
driver = ${NOTIFY:-noop}
[database]
connection = $(DB keystone)
[fernet_tokens]
key_repository = $D/fernet
[credential]
key_repository = $D/cred
[fernet_receipts]
key_repository = $D/fernet
[cache]
enabled = false
C
  K="--config-file $D/etc/keystone.conf"
  $IN keystone-manage $K db_sync >$D/log/ksync.log 2>&1; keystone-manage $K fernet_setup --keystone-user root --keystone-group root; keystone-manage $K credential_setup --keystone-user root --keystone-group root; chmod 700 $D/fernet $D/cred
  keystone-manage $K bootstrap --bootstrap-password secret --bootstrap-admin-url http://127.0.0.1:5000/v3 --bootstrap-internal-url http://127.0.0.1:5000/v3 --bootstrap-public-url http://127.0.0.1:5000/v3 --bootstrap-region-id RegionOne >$D/log/kboot.log 2>&1
  OS_KEYSTONE_CONFIG_FILES=$D/etc/keystone.conf wsgi keystone 5000 keystone.wsgi.api:application
  el keystone synced
}
up() {
  NOTIFY=messagingv2 base keystone placement glance nova nova_api nova_cell0 neutron
  RABBITMQ_MNESIA_BASE=$D/rabbit RABBITMQ_LOG_BASE=$D/log RABBITMQ_NODENAME=$NS@localhost RABBITMQ_PID_FILE=$D/pid/rmq RABBITMQ_ENABLED_PLUGINS_FILE=$D/rabbit/plugins bg rabbit /usr/lib/rabbitmq/bin/rabbitmq-server
  cat >$D/etc/placement.conf <<C
[placement_database]
connection = $(DB placement)
[keystone_authtoken]
$(auth placement)
C
  cat >$D/etc/glance-api.conf <<C
[DEFAULT]
enabled_backends = fs:file
[glance_store]
default_backend = fs
[fs]
filesystem_store_datadir = $D/glance/images
[database]
connection = $(DB glance)
[keystone_authtoken]
$(auth glance)
[paste_deploy]
flavor = keystone
C
  cp $OSV/etc/glance/glance-api-paste.ini $D/etc/
  cat >$D/etc/nova.conf <<C
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:5672/
compute_driver = fake.FakeDriver
host = cmp1
my_ip = 127.0.0.1
state_path = $D/nova
osapi_compute_workers = 1
metadata_workers = 1
shelved_offload_time = 0
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
[api]
auth_strategy = keystone
[wsgi]
api_paste_config = $OSV/etc/nova/api-paste.ini
[api_database]
connection = $(DB nova_api)
[database]
connection = $(DB nova)
[keystone_authtoken]
$(auth nova)
[service_user]
send_service_user_token = true
$(auth nova)
[placement]
$(auth placement)
[neutron]
$(auth neutron)
[glance]
api_servers = http://127.0.0.1:9292
[vnc]
enabled = false
[oslo_messaging_notifications]
driver = messagingv2
[notifications]
notification_format = unversioned
notify_on_state_change = vm_state
[oslo_concurrency]
lock_path = $D/lock
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 5
C
  cat >$D/etc/neutron.conf <<C
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:5672/
core_plugin = ml2
service_plugins = router,qos
api_paste_config = $OSV/etc/neutron/api-paste.ini
state_path = $D/neutron
api_workers = 1
rpc_workers = 1
agent_down_time = 86400
notify_nova_on_port_status_changes = true
[database]
connection = $(DB neutron)
[keystone_authtoken]
$(auth neutron)
[nova]
$(auth nova)
[oslo_messaging_notifications]
driver = messagingv2
[oslo_concurrency]
lock_path = $D/lock
[ml2]
type_drivers = flat,local,vlan,vxlan
tenant_network_types = local
mechanism_drivers = openvswitch
extension_drivers = port_security,qos
[ml2_type_flat]
flat_networks = *
C
  for s in keystone nova neutron glance; do c=$D/etc/${s/glance/glance-api}.conf; cp $ROLES/$s-policy.yaml $D/etc/; printf '[oslo_policy]\npolicy_file = %s\n' $D/etc/$s-policy.yaml >>$c; done
  export OS_PLACEMENT_CONFIG_DIR=$D/etc
  ( placement-manage --config-file $D/etc/placement.conf db sync; glance-manage --config-file $D/etc/glance-api.conf db_sync ) >$D/log/psync.log 2>&1 &
  W1=$!
  ( neutron-db-manage --config-file $D/etc/neutron.conf upgrade heads ) >$D/log/nsync.log 2>&1 &
  W2=$!
  ( M="nova-manage --config-file $D/etc/nova.conf"; $M api_db sync; $M cell_v2 map_cell0 --database_connection "$(DB nova_cell0)"; $M cell_v2 create_cell --name=cell1; $M db sync ) >$D/log/novasync.log 2>&1
  wait $W1; wait $W2; el databases synced
  wait_for 5000/v3
  services "(('nova', 'compute', 'http://127.0.0.1:8774/v2.1'), ('neutron', 'network', 'http://127.0.0.1:9696'), ('placement', 'placement', 'http://127.0.0.1:8778'), ('glance', 'image', 'http://127.0.0.1:9292'))"
  el catalogue made
  wsgi placement 8778 placement.wsgi.api:application
  OS_GLANCE_CONFIG_FILES=glance-api.conf OS_GLANCE_CONFIG_DIR=$D/etc wsgi glance 9292 glance.wsgi.api:application
  cp $OSV/etc/nova/api-paste.ini $D/etc/; OS_NOVA_CONFIG_DIR=$D/etc OS_NOVA_CONFIG_FILES="api-paste.ini;nova.conf" wsgi nova-api 8774 nova.wsgi.osapi_compute:application
  OS_NEUTRON_CONFIG_DIR=$D/etc OS_NEUTRON_CONFIG_FILES=neutron.conf wsgi neutron 9696 neutron.wsgi.api:application
  for s in conductor scheduler compute; do bg nova-$s nova-$s --config-file $D/etc/nova.conf; done
  bg neutron-rpc neutron-rpc-server --config-file $D/etc/neutron.conf
  for u in 8778 9292 8774 9696; do for i in $(seq 120); do $IN curl -s http://127.0.0.1:$u/ >/dev/null && break; sleep .5; done; el port $u answers; done
  if command -v ovs-vswitchd >/dev/null; then switch; el switch agent started
  else $IN python -W ignore $HERE/fake_switch.py --config-file $D/etc/neutron.conf; el fake switch agent reported; fi
  for i in $(seq 40); do nova-manage --config-file $D/etc/nova.conf cell_v2 discover_hosts >/dev/null 2>&1; mariadb -S $SOCK -uroot placement -Ne 'select count(*) from inventories' | grep -qv '^0' && break; sleep 1; done; el compute host mapped
}
balancers() {
  base keystone octavia; mkdir -p $D/.octavia
  printf '[api_settings]\nauth_strategy = keystone\nenabled_provider_drivers = noop_driver: noop\ndefault_provider_driver = noop_driver\n[database]\nconnection = %s\n[keystone_authtoken]\n%s\n[service_auth]\n%s\n[controller_worker]\nnetwork_driver = network_noop_driver\n[certificates]\ncert_manager = noop_cert_manager\n[oslo_policy]\npolicy_file = %s\n[oslo_messaging_notifications]\ndriver = noop\n' \
    "$(DB octavia)" "$(auth octavia)" "$(auth octavia)" $ROLES/octavia-policy.yaml >$D/.octavia/octavia.conf
  octavia-db-manage --config-file $D/.octavia/octavia.conf upgrade head >$D/log/osync.log 2>&1; el octavia synced
  wait_for 5000/v3; services "(('octavia', 'load-balancer', 'http://127.0.0.1:9876'),)"
  wsgi octavia 9876 octavia.wsgi.api:application 2; wait_for 9876/; el octavia answers
}
switch() {
  export OVS_RUNDIR=$D/ovs; V="ovs-vsctl --db=tcp:127.0.0.1:6640 --timeout=20"
  mkdir -p $D/ovs; ovsdb-tool create $D/ovs/conf.db /usr/share/openvswitch/vswitch.ovsschema
  bg ovsdb ovsdb-server $D/ovs/conf.db --remote=punix:$D/ovs/db.sock --remote=ptcp:6640:127.0.0.1 --unixctl=$D/ovs/ovsdb.ctl
  for i in $(seq 20); do $IN $V --no-wait init 2>/dev/null && break; sleep .5; done
  bg vswitchd ovs-vswitchd unix:$D/ovs/db.sock --unixctl=$D/ovs/vswitchd.ctl
  for b in br-int br-ex br-out; do $IN $V add-br $b -- set bridge $b datapath_type=netdev; done
  cat >$D/etc/switch.conf <<C
[DEFAULT]
transport_url = rabbit://guest:guest@127.0.0.1:5672/
host = cmp1
state_path = $D/neutron
[oslo_concurrency]
lock_path = $D/lock
[agent]
tunnel_types =
extensions = qos
root_helper = env
polling_interval = 1
[ovs]
bridge_mappings = phys:br-ex,outside:br-out
datapath_type = netdev
ovsdb_connection = tcp:127.0.0.1:6640
[securitygroup]
firewall_driver = openvswitch
C
  bg switch neutron-openvswitch-agent --config-file $D/etc/switch.conf
  for i in $(seq 120); do mariadb -uroot -S $SOCK neutron -Ne "select count(*) from agents where agent_type = 'Open vSwitch agent'" | grep -qv '^0' && break; sleep .5; done
}
down() { for s in TERM KILL; do for f in $D/pid/*; do p=$(cat $f 2>/dev/null) && kill -$s -- -$p 2>/dev/null || true; done; sleep 3; done; ip netns del $NS 2>/dev/null || true; rm -rf $D; }
if [ "$2" = up ] && [ $PROGRAM = octavia-api ]; then balancers; else "$2"; fi
