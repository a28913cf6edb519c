"""Machine code of the kernels is there before the collector needs it.

`prepare.prepare(("decode",))` tries what is kept; what is missing a child process compiles by
running `warm_up`, which calls every kernel once as it will be called.
"""
