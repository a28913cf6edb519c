"""What the driver `bgp` is made of: a process that holds routes, and who asks it.

agent ── HolderLink ── socket ── RouteHolder ── pipes ── ExaBGP ── sessions ── peers
  └── a command for each peer that reads its table back, e.g. birdc or vtysh

route.py       a route, what is refused of one, its commands for ExaBGP
options.py     the target's options, and ExaBGP's configuration made of them
hold.py        what is held, in a file with its ends; the words over the socket
exabgp.py      the pipes to ExaBGP
holder.py      the process that ExaBGP starts: it announces, and withdraws at each end
link.py        the agent's end of the socket
table_reader.py  what reads one kind of router
peer_table.py  what BIRD's and FRR's own tables say, and every reader
junos.py       Junos by NETCONF
eos.py         EOS by eAPI
"""
