"""A small internet in network namespaces, in which real attacks are really stopped.

    with Lab.build() as lab:
        lab.run("internet", ["ip", "addr"])

    internet ─── router ─┬─ tenant-a  203.0.113.10  2001:db8:a::10
    192.0.2.10           └─ tenant-b  203.0.113.70  2001:db8:b::10

The router forwards between the three others and runs the agent. Nothing reaches the machine's own
network, and nothing stays behind: a namespace lives as long as the process that holds it.

`namespaces` builds these hosts. `scene` starts servers on them, the programs of `traffic` and
`application_traffic`; `packet_counter` counts what passes a link, `exporters` export its flows.
`attacks` has each attack and what must come of it, and `attack_timing` runs one and takes its
times.

`edge` has the web servers, resolvers, relay and upstream that are live beside the router.
`trial` lifts an attack's drop again, `keeper` holds a lab between the commands of `aupkeep lab`,
which reach it by `control`.

`world.LabWorld` is a whole install beside the lab, with a reporter's `mails`, a mail `exchanger`, a
`mailbox` and a `browser`. `scenario.run_all` is what `aupkeep demo` shows.

Design notes, and what each costs:

* **No names, no mounts.** `ip netns add` needs root and leaves names behind after a crash. Here a
  holder process per host waits on a pipe; when its parent dies, the pipe closes and the host is
  gone. It costs four processes.
* **Rootless where the kernel allows.** Without root everything runs in one user namespace
  (`unshare -Urn`), so a newcomer's demo blocks real packets. Where neither is possible `available`
  says why, in words.
* **The traffic is plain Python.** `python -m aupkeep.lab.traffic` is the web server, the SSH banner
  and the attacker; the standard library is enough, and no attack tool is installed.
"""
