"""Reports one live 'Open vSwitch agent' on host cmp1 to Neutron, which then binds ports to it.

fake_switch.py --config-file neutron.conf, with the python of the lab's venv.
"""

import sys

from neutron.agent import rpc as agent_rpc
from neutron.common import config
from neutron.conf.agent import common as agent_conf
from neutron_lib import context
from neutron_lib.agent import topics
from oslo_config import cfg

config.register_common_config_options()
agent_conf.register_agent_state_opts_helper(cfg.CONF)
config.init(sys.argv[1:])
agent_rpc.PluginReportStateAPI(topics.REPORTS).report_state(
    context.get_admin_context_without_session(),
    {
        "binary": "neutron-openvswitch-agent",
        "host": "cmp1",
        "topic": "N/A",
        "agent_type": "Open vSwitch agent",
        "start_flag": True,
        "configurations": {
            "bridge_mappings": {"outside": "br-ex", "phys": "br-ex"},
            "tunnel_types": ["vxlan"],
            "tunneling_ip": "127.0.0.1",
            "datapath_type": "system",
            "ovs_capabilities": {"datapath_types": ["system"], "iface_types": []},
            "ovs_hybrid_plug": False,
            "vhostuser_socket_dir": "",
            "devices": 0,
            "in_distributed_mode": False,
            "extensions": ["qos"],
        },
    },
    use_call=True,
)
