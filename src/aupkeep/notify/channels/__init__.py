"""How a notice leaves: the only files of this folder that touch a network.

`smtp` hands a mail to the relay.
"""
