"""What the collector practises is all that it will be asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.nightly("processes")

TESTS = Path(__file__).parents[3]
CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from numba.core.dispatcher import Dispatcher
from aupkeep.app.telemetry.machine_code.warm_up import PARTS
from samples.test_detectors import SAMPLES, hits_of

met, given = [], Dispatcher.compile

def compile(self, signature):
    met.append(f"{self.py_func.__qualname__}{signature}")
    return given(self, signature)

Dispatcher.compile = compile
for practise in PARTS.values():
    practise()
assert met, "nothing was practised"
met.clear()
for sample in SAMPLES:
    hits_of(sample)
print(*met, sep="\\n", end="")
"""


def test_no_kernel_is_met_first_in_an_attack():
    """After practice no sample of any detector asks for a kernel in a way that is new."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(TESTS)], check=True, capture_output=True, text=True
    )
    assert done.stdout == ""
