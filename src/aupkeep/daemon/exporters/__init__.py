"""Programs that take another system's history out of it, for `aupkeep import`; they stand alone.

    rt_export.py   Request Tracker, by its REST 2.0 interface, as an mbox

`aupkeep setup exporter` prints one, to be run where the other system can be reached. None imports
anything of ours.
"""
