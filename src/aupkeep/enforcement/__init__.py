"""Makes a router hold exactly what the decisions in force say, and shows that it does.

The case about vm-7 has a decision: no TCP to port 22 from 203.0.113.10 for an hour. The server
puts its action into the desired state of agent `router-1` and signs it. The agent on the router
fetches the bytes, verifies them, and judges the action again by itself: right level, an end, one
address, not protected. The driver plans to add one element, `203.0.113.10 . tcp . 22`, to one set
of its own nftables table, touching only that address. It writes it with the time that is left and
the case's reference as its comment, and reads it back. Only then does `status.json` say *applied*,
with what was read. When the case is settled the action is absent from the next state: the element
is deleted and seen gone, and `nft -s list ruleset` is byte for byte what it was.

    driver.py     the contract of a driver        drivers/    record, nftables
    bounds.py     what an agent refuses           protect.py  what nobody may touch
    desired.py    the signed state                wire.py     actions as JSON, strictly
    reconcile.py  what to do, pure                agent.py    one step; undo on the spot
    memory.py     what outlives a restart         report.py   what the agent tells
    freeze.py     the switch                      loop.py     steps, woken by change
    source.py     file or HTTP                    libnftables.py, ruleset.py  the kernel's side

Design notes, and what each costs:

* **Whole state, never differences.** A missed message cannot leave anything wrong. It costs bytes:
  about 0.8 kB an action at each fetch.
* **The agent does not trust the server.** A stolen signing key still cannot block a protected
  address, a prefix, or anybody for ever. It costs a second copy of the rules, in `bounds`.
* **The kernel's timeout is what is left of the decision.** A dead agent or server ends in traffic
  that flows at a known time. It costs a re-read of every element at each step, since an expiry
  sends no event.
* **Strict reading.** An unknown field is a refusal, because it might narrow the scope. It costs an
  order of upgrade: agents first.
* **A place carries one element.** Two decisions about one port share it; the stricter carries it
  and the other takes over without a gap. It costs that the comment names only the one that carries.
* **Protection is not a rule in the chain.** An accept for protected addresses above the drops would
  let an attacked protected host be attacked by a blocked customer. It is checked in the driver, at
  plan and again at apply.
"""
