"""Figures of this install for Prometheus: how much waits, since when, and who is silent.

`load.py` asks the store cheap questions and makes the families of `page.py`; `text.py` writes them
as OpenMetrics. No label names a customer, a reporter, an address or a person.
"""
