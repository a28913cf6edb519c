"""What is not set up or waits for it: found, with the one command that mends each.

`load.py` asks, `checks.py` says it; `aupkeep doctor` shows all, the pages what stops the work now.
"""
