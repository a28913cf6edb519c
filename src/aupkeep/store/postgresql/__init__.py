"""Django's engine for PostgreSQL, whose connections wait for no answer for ever.

`base` is the module that Django loads; `patience` of this room says how long a wait may be.
"""
