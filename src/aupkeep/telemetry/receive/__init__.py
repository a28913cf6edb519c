"""Datagrams off the network: many a system call, their senders known, every lost one counted.

    listener = listen("2001:db8::1", 2055, buffer=16 << 20)
    ring = Ring()
    if wait([listener], timeout_ms=200):
        batch = ring.read(listener.socket.fileno())

`collector.Collector` puts listeners (`listener`), ring (`ring`) and decoder together. Linux only:
recvmmsg(2), whose structures are in `messages`, and SO_MEMINFO. The ring's memory is fixed
when it is made.
"""
