"""The collector process (`aupkeep flowd`): three threads that never wait for each other.

A datagram of the router at 192.0.2.1 arrives. The first thread (`service.CollectorService.step`)
receives rows, archives them and evaluates the detectors (`detection_loop.DetectionLoop`). A hit of
`syn-flood` becomes a document in `delivery_queue.DeliveryQueue`. The second thread
(`controller_sync.ControllerSync`) delivers it and asks every ten seconds for own space, accepted
thresholds and listed addresses (`controller_snapshot`); `detection_config` makes the rules of them.
The third (`housekeeping.Housekeeping`) writes counts for others (`stats`, `exporter_status`,
`state_files`), compacts and removes old flows (`retention_holds` keeps those of open cases) and
runs the slow detectors (`slow_detection`). `recent_rows` are the newest rows, as evidence of
a hit; `window_notice` says what the windows cannot hold.
"""
