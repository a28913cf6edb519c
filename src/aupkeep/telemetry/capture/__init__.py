"""Capture files: pcap and pcapng become packets, datagrams or flows.

`packets.packets` reads a capture packet by packet (`blocks` reads pcapng). `datagrams.datagrams`
takes the export datagrams out of it, `fragments` puts IP fragments together, and `meter.Meter`
makes flows of the traffic itself, as a router's cache would.
"""
