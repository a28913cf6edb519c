"""Prints, as JSON, each rule of three services that a role alone may use on another's project.

policy_walk.py ROLES-FOLDER ROLE       # with the python of the lab's venv
"""

import json
import sys
from pathlib import Path

from glance import policies as glance
from neutron.conf import policies as neutron
from nova import policies as nova
from oslo_config import cfg
from oslo_policy import policy

folder, role = Path(sys.argv[1]).resolve(), sys.argv[2]
TARGET = {"project_id": "theirs", "tenant_id": "theirs", "user_id": "them"}
allowed: dict[str, list[str]] = {}
for name, service in (("nova", nova), ("neutron", neutron), ("glance", glance)):
    rules = list(service.list_rules())
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[])
    enforcer = policy.Enforcer(conf, policy_file=str(folder / f"{name}-policy.yaml"))
    enforcer.suppress_deprecation_warnings = enforcer.suppress_default_change_warnings = True
    enforcer.register_defaults(rules)
    # as both services ask: first whether the caller is an administrator, then the rule
    person = {"roles": [role], "project_id": "ours", "user_id": "us"}
    person["is_admin"] = enforcer.enforce("context_is_admin", person, person)
    target = {
        **TARGET,
        **{f"{kind}:project_id": "theirs" for kind in ("network", "ext_parent", "security_group")},
    }
    may = [
        rule.name
        for rule in rules
        if isinstance(rule, policy.DocumentedRuleDefault)
        and enforcer.enforce(rule.name, target, person)
    ]
    allowed[name] = sorted(may)
print(json.dumps(allowed))  # noqa: T201 - its output
