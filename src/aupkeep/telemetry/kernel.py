"""Compiles the few inner loops; each has an oracle in plain Python that tests compare it with.

    @kernel
    def add(rows, count, out): ...

A kernel takes numpy arrays and numbers only, allocates nothing, and is bounded by their sizes. The
machine code is kept beside the module or, where that cannot be written, in numba's own cache
folder (`NUMBA_CACHE_DIR`), so that only the first start after an install compiles. It holds for the
sources it was made of: those of its folder and of this one. numba itself looks only at the file of
the outermost kernel and would go on with what other files said before. So a kernel calls kernels of
its own folder and of this one only.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
from numba import config, njit
from numba.core import caching

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class _Stamped:
    """A place for machine code that knows all the sources the code was made of."""

    _py_file: str

    def get_source_stamp(self) -> bytes:
        """A digest of the sources; other machine code is made when it changes."""
        return stamp(Path(self._py_file).parent)


class Chosen(_Stamped, caching.UserProvidedCacheLocator):
    """In the folder that the operator named."""


class Beside(_Stamped, caching.InTreeCacheLocator):
    """Beside the module."""


class Apart(_Stamped, caching.UserWideCacheLocator):
    """In the user's cache."""


PLACES = ",".join(f"{__name__}.{one.__name__}" for one in (Chosen, Beside, Apart))
vars(config)["CACHE_LOCATOR_CLASSES"] = PLACES


@lru_cache
def stamp(folder: Path) -> bytes:
    """The digest of a folder's modules and of those beside this one."""
    digest = hashlib.sha256()
    for file in sorted({*folder.glob("*.py"), *Path(__file__).parent.glob("*.py")}):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.digest()


def kernel(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function as machine code: no Python objects, the interpreter's lock released."""
    try:
        compiled: Callable[Given, Answer] = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can be written: compiled anew at each start
        compiled = njit(nogil=True)(function)
    return compiled


def constant(number: int) -> int:
    """A number of a module as kernels hand it on to others.

    A plain one is a type of its own to numba: what is called with it is compiled for it alone.
    """
    return np.int64(number)  # type: ignore[return-value] # to the interpreter it is one


def inlined(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The same for a function that kernels call: its code becomes part of theirs.

    It is not kept apart, for it is never called from Python.
    """
    compiled: Callable[Given, Answer] = njit(nogil=True, forceinline=True)(function)
    return compiled
