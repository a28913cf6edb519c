"""What people ask of the kept flows and of the collector.

`flows`: the flows of an address, the largest, the collector's report, the newest hits. `explain`:
why a detector made a finding. `baseline`: thresholds that a week of flows proposes. `coverage`:
whether the collector hears exporters now, so that silence means something.
"""
