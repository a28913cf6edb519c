"""Logs of flows that other programs wrote: Zeek, Suricata, Argus, nfcapd.

`log.log_of` recognises a file, `log.batches` gives its rows; each kind is a plugin in `kinds`;
`values` reads the times, addresses and ports that they have in common.
"""
