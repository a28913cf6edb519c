"""A kernel of no use, in a folder of its own, as often anew as a test wants."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from aupkeep.telemetry.jit import stamp

MODULE = "toy"
SOURCE = """
from aupkeep.telemetry.jit import kernel


@kernel
def twice(number):
    return 2 * number
"""


def toy(folder: Path) -> ModuleType:
    """The module, loaded as a process that starts would load it; `twice(3)` is 6.

    Machine code that is kept names its module, so it is one that can be imported.
    """
    stamp.cache_clear()
    file = folder / f"{MODULE}.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location(MODULE, file)
    module = sys.modules[MODULE] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
