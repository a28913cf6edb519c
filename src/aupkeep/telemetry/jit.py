"""Compiles the inner loops with numba; tests compare each with an oracle in plain Python.

    @kernel
    def add(rows, count, out): ...

A kernel takes numpy arrays and numbers only, allocates nothing, and is bounded by their sizes. The
machine code is kept in the first folder that can be written: the one `NUMBA_CACHE_DIR` names, the
one beside the module, the home's, the user's cache. So only the first start after an install
compiles. Kept code is valid for the sources it was made of: those of the kernel's folder and of
this one. numba itself checks only the file of the outermost kernel. So a kernel calls kernels of
its own folder and of this one only.

The compiler needs much memory. `compile_mode` says whether this process may compile:

    with compile_mode(CompileMode.NEVER): add(...)   # raises `NotCompiled` where it would have to

numba itself raises for a full disk, and for a file that a power cut left half written. Here code
that cannot be read is compiled again, and what cannot be kept is used all the same.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numba import config, njit
from numba.core import caching

from aupkeep.config.home import find_home
from aupkeep.model.errors import AupkeepError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
COMPILED: list[str] = []  # kernels this process compiled itself, in the order they were begun


class CompileMode(Enum):
    """What to do about a kernel whose machine code is not there."""

    ANYHOW = auto()  # compile it, also where it cannot be kept
    TO_KEEP = auto()  # compile it; OSError where it cannot be kept
    NEVER = auto()  # `NotCompiled`


class NotCompiled(AupkeepError):
    """A kernel's machine code is not there, and this process may not compile it."""

    def __init__(self, name: str, folder: Path | None) -> None:
        """`folder` is where it would be kept; None: no folder can be written."""
        super().__init__(f"kernel {name}: expected machine code in {folder}, found none")
        self.name, self.folder = name, folder


_making = ContextVar("making", default=CompileMode.ANYHOW)


@contextmanager
def compile_mode(how: CompileMode) -> Iterator[None]:
    """The mode within the block, for this thread alone."""
    before = _making.set(how)
    try:
        yield
    finally:
        _making.reset(before)


class _Stamped:
    """A place for machine code that knows all the sources the code was made of."""

    _py_file: str

    def get_source_stamp(self) -> bytes:
        """A digest of the sources; other machine code is made when it changes."""
        return stamp(Path(self._py_file).parent)


class OperatorFolder(_Stamped, caching.UserProvidedCacheLocator):
    """In the folder that the operator named."""


class ModuleFolder(_Stamped, caching.InTreeCacheLocator):
    """Beside the module."""


class HomeFolder(_Stamped, caching.InTreeCacheLocator):
    """In the home, where there is one."""

    def __init__(self, function: Callable[..., object], file: str) -> None:
        super().__init__(function, file)
        self._cache_path = str(find_home().kernels / self.get_suitable_cache_subpath(file))

    @classmethod
    def from_function(cls, function: Callable[..., object], file: str) -> Any:  # noqa: ANN401 - numba's own
        """Itself, or None where it cannot be."""
        return super().from_function(function, file) if find_home().path.is_dir() else None


class UserFolder(_Stamped, caching.UserWideCacheLocator):
    """In the user's cache."""


PLACES = ",".join(
    f"{__name__}.{locator.__name__}"
    for locator in (OperatorFolder, ModuleFolder, HomeFolder, UserFolder)
)
vars(config)["CACHE_LOCATOR_CLASSES"] = PLACES


@lru_cache
def stamp(folder: Path) -> bytes:
    """The digest of a folder's modules and of those beside this one."""
    digest = hashlib.sha256()
    for file in sorted({*folder.glob("*.py"), *Path(__file__).parent.glob("*.py")}):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.digest()


class KernelCache(caching.FunctionCache):
    """The machine code of one kernel, in files."""

    def load_overload(self, signature: Any, context: Any) -> Any:  # noqa: ANN401 - numba's own
        """What is kept for a signature, or None; what is damaged is forgotten."""
        try:
            overload = super().load_overload(signature, context)
        except Exception:  # noqa: BLE001 - a damaged pickle raises whatever its bytes say
            overload = None
            with suppress(OSError):
                self.flush()
        if overload is None:
            _begin(self._py_func, Path(self.cache_path))
        return overload

    def save_overload(self, signature: Any, overload: Any) -> None:  # noqa: ANN401 - numba's own
        """Keep it."""
        try:
            super().save_overload(signature, overload)
        except OSError:  # it is in memory all the same
            if _making.get() is CompileMode.TO_KEEP:
                raise


class MemoryCache(caching.NullCache):
    """No folder can be written: machine code lives as long as the process."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function

    def load_overload(self, _signature: Any, _context: Any) -> None:  # noqa: ANN401 - numba's own
        """Nothing is kept."""
        _begin(self._function, None)


def _begin(function: Callable[..., object], folder: Path | None) -> None:
    """A kernel is about to be compiled. Raises `NotCompiled` where it must not."""
    if _making.get() is CompileMode.NEVER:
        raise NotCompiled(function.__qualname__, folder)
    COMPILED.append(function.__qualname__)


def kernel(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function as machine code: no Python objects, the interpreter's lock released."""
    compiled: Any = njit(nogil=True)(function)
    try:
        compiled._cache = KernelCache(function)  # noqa: SLF001 - what `cache=True` does, with our cache
    except RuntimeError:  # no folder can be written
        compiled._cache = MemoryCache(function)  # noqa: SLF001 - the same
    typed: Callable[Given, Answer] = compiled
    return typed


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
