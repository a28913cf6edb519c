"""Aupkeep keeps a hosting provider's acceptable use policy.

The road of every report and every packet, each step an entry in the journal:

    Raw → Report → Finding → Holding → Incident → Case → Decision → Action → Notice
"""

__version__ = "0.1.0"
