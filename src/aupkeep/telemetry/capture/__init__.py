"""Capture files: what stands in a pcap or a pcapng, packet by packet."""
