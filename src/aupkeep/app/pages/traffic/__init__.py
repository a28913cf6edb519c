"""The traffic picture of a case, from the history of flows, and the flow rows behind its findings.

`load.picture_of` makes the record of `page.py`, `exhibits.flow_file` a file with its digest,
`sampling` the sentences beside the picture: how much of the traffic the exporter saw.
"""
