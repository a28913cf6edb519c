"""Files of captures, datagrams and logs: `aupkeep flows decode` and `aupkeep flows replay`.

`open.opened` maps or unpacks a file, `decode.decode_files` gives its flows, `replay.replay_files`
runs the detectors over it, with `slow` also those that look back over a day.
"""
