"""What the driver `dns-update` is made of: a primary that is changed, and what was before.

A person blocks the name shop.customer.example of case K7QF-2M9X, which we host. The driver reads
its addresses from the primary, writes them down in `dns-update.json`, and sends one update: only if
they still are so, take them away and put one TXT record there that names the action. When the
measure ends one update puts back what was there, only if nobody put anything there meanwhile.

    primary.py      questions and updates to a zone's primary (RFC 2136, TSIG)
    held_names.py   which names stand by us, and what they had before; in the agent's folder
"""
