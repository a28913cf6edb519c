"""Enforcement: makes a router hold exactly what the decisions in force say, and proves it.

The case about vm-7 has a decision: no TCP to port 22 from 203.0.113.10 for an hour. The server
puts its action into the desired state of agent `router-1` and signs it (`desired.sign`). The agent
on the router fetches the bytes, verifies them (`desired.open_signed`), and checks the action again
by itself (`guard`, `action_checks`): right level, an end, one address, not protected. The driver
plans to add one element, `203.0.113.10 . tcp . 22`, to one set of its own nftables table. It writes
the element with the time that is left and the case's reference as its comment, and reads it back.
Only then does `status.json` say *applied*, with what was read. When the case is settled, the action
is absent from the next state: the element is deleted and seen gone, and `nft -s list ruleset` is
byte for byte what it was.

    desired.py          the signed desired state: `sign`, `open_signed`
    desired_patch.py    what differs between two states: an agent is sent only that
    fetch.py            where an agent gets it, and tells: `from_file`, `server_at`
    webhook_events.py   what a receiver of webhooks is told
    signed_request.py   what an agent signs of a request to the server (RFC 9421)
    agent_key.py        its key for that, in its folder
    guard.py            what stands before every driver: asks the next three, caps, reads back
    action_checks.py    is the action as a decision may be: level, end, scope (`refusal`)
    protect.py          the protect list: what no driver may touch
    local_bounds.py     own prefixes, and the most that may stand: no signed state lifts them
    one_system.py       two targets or homes on one system: whose each element is
    freeze.py           the freeze switch, a file
    reconcile.py        wanted, remembered, observed -> operations; whose time is over; pure
    execute.py          carries operations out through the driver: applies, and lifts what has
                        ended or is wanted no more (`driver.revert`)
    backoff.py          when to ask again a system that did not answer
    agent.py            one step, from the state to the report; a person's undo on the spot
    ender.py            lifts what is past its end where the agent is dead
    step_lock.py        the lock of an agent's folder, and who has it
    agent_outcome.py    what a step leads to: what is remembered and reported
    packet_counts.py    packets stopped over all writings of an element, and since when
    agent_rest.py       when a step may be left out: nothing it goes by has changed
    loop.py             a step after each change, and now and then
    agent_state.py      what the agent remembers over restarts
    agent_report.py     what the agent reports after each step (`status.json`)
    action_json.py      JSON of all these, read strictly
    durable_file.py     files that are whole after a crash
    held_file.py        which measures a driver holds whose system cannot mark them as ours
    asking.py           what a fault costs: what was asked; the rest is looked at all the same
    domain_record.py    how domains of a libvirt were before `drivers.libvirt`
    accounts.py         whose an account is, by the machine's own table
    driver.py           the contract of a driver
    options.py          the forms of a driver's options
    registry.py         the drivers that are there, by name
    placement.py        which targets carry a measure, and why none does; pure
    drivers/            `drivers.nftables` writes elements of our table,
                        `drivers.record` writes down what would be done,
                        `drivers.webhook` tells whoever does what no driver of ours can,
                        `drivers.openstack` isolates and suspends machines of a cloud,
                        `drivers.nginx` and `drivers.haproxy` block pages,
                        `drivers.octavia` refuses a page at a customer's load balancer,
                        `drivers.rpz` and `drivers.dns_update` names,
                        `drivers.postfix` holds or refuses an account's mail,
                        `drivers.s3` denies reading an object,
                        `drivers.ceph_rgw` suspends a user of an object store,
                        `drivers.libvirt` suspends domains, takes their links down,
                        `drivers.bgp` announces blackholes and flow routes to BGP peers
    maps/               what drivers share whose system reads a file that we keep
    zones/              what `drivers.dns_update` is made of
    buckets/            what `drivers.s3` and `drivers.ceph_rgw` are made of
    bgp/                what `drivers.bgp` is made of: a holder beside ExaBGP, peers' tables
    openstack/          what `drivers.openstack` and `drivers.octavia` are made of: session, fields,
                        aim, record, policies of a load balancer, roles
    nft_ruleset.py      the table, sets and chains that `drivers/nftables` loads, as text
    nft_fragments.py    later fragments of what a block on ports stopped
    nft_sources.py      what enters at a machine's port under another's address
    nft_element.py      the text of one element: its comment and its timeout
    forwarding.py       why a block may have no effect on this machine
    matching.py         whether a flow is one that a measure stops
    netlink.py          a netlink socket: messages out, bodies back
    nft_netlink.py      reads elements from the kernel, by their key or all
    libnftables.py      the C library that runs commands in the kernel

Design notes, and what each costs:

* **A state is whole.** A missed message cannot leave anything wrong. An agent that has one is sent
  what differs, puts the whole together and judges the signature over that.
* **The agent does not trust the server.** A stolen signing key still cannot block a protected
  address, a prefix, or anybody for ever. It costs a second copy of the rules, in `action_checks`.
* **The kernel's timeout is what is left of the decision.** A dead agent or server ends in traffic
  that flows at a known time. An expiry sends no event: the agent knows each end by itself.
* **Strict reading.** An unknown field is a refusal, because it might narrow the scope. It costs an
  order of upgrade: agents first.
* **A place carries one element.** Two decisions about one port share it; the stricter carries it
  and the other takes over without a gap. It costs that the comment names only the one that carries.
* **A driver only acts.** Nobody has one but behind its guard, which judges at plan and again at
  apply. It costs a look at the place before and after each act.
* **Protection is not a rule in the chain.** An accept for protected addresses above the drops would
  let an attacked protected host be attacked by a blocked customer. It is checked by the guard.
"""
