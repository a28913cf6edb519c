"""Prints a listener's HAProxy configuration as Octavia's amphora gets it; in Octavia's venv."""

import sys

from octavia.common import data_models, service
from octavia.common.jinja.haproxy.combined_listeners.jinja_cfg import JinjaTemplater
from octavia.db import api, repositories

service.prepare_service(sys.argv[:1])
session = api.get_session()
with session.begin():
    listener = repositories.ListenerRepository().get(session, id=sys.argv[1])
    text = JinjaTemplater(base_amp_path="/tmp").build_config(  # noqa: S108 - nothing is written
        host_amphora=data_models.Amphora(id="amphora"),
        listeners=[listener],
        tls_certs={},
        haproxy_versions=("2", "9"),
        amp_details={},
    )
print(text)  # noqa: T201 - its output
