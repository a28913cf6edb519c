"""The kernels with which a look goes through a window: all of it, five times a second.

They only find: which entries go on, which tracked addresses had a peak, which prefixes got much.
What that means is said by the detectors, in plain Python, of the few that are left.

They know nothing of the window's sizes but what the arrays they are given say: machine code is kept
as long as this folder stays as it is, so a number taken from elsewhere would outlive its change.
"""
