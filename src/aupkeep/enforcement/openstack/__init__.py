"""What `openstack` and `octavia` are made of: calls, the fields they change, what they remember.

A person suspends `instance:7f3c…` of case K7QF-2M9X. The driver reads the machine and its ports,
writes down in `openstack.json` how each field stood, puts the ports down, pauses the machine, locks
it with the reason `aupkeep case K7QF-2M9X action 019b…`, and reads all of it back. When the measure
is lifted it unlocks, then unpauses, then puts up the ports that were up. Whatever somebody else
changed since stays as they left it, and a person is told.

    session.py   a token from Keystone, the catalogue, calls as JSON over HTTP
    fields.py    the fields that are changed: how each is read and set
    aim.py       which fields a measure changes: scope → ports, machine, projects, image
    record.py    what stands by us and how it was before, in the agent's folder
    read_ahead.py  what a step reads of many holds, in few calls
    balancer.py  which listener serves a page, and the L7 policy that stops it (`octavia`)
    words.py     what it says: plans, proofs, what is left to a person
    roles/       policy files of the services for the roles that are needed
"""
