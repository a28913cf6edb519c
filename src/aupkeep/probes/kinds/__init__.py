"""The probes: each module holds one `PROBE` (docs/adding/probe.md).

tcp_port.py       is the port still open?
web_page.py       is the page still there?
open_resolver.py  does the resolver still answer everybody?
amplifier.py      does the service still answer one datagram with more?
flow_gone.py      do our own flow records still show it?
"""
