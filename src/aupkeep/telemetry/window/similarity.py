"""How alike sessions are: the greatest share of a histogram that lies together."""

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import kernel
from aupkeep.telemetry.window.sketches import signed64


@kernel
def concentration(bands: NDArray[np.uint16], width: int) -> float:
    """The share of what was counted that lies in `width` neighbouring bands; 0 of nothing."""
    total, run, most = 0, 0, 0
    for at in range(len(bands)):
        total += signed64(bands[at])
        run += signed64(bands[at])
        if at >= width:
            run -= signed64(bands[at - width])
        most = max(most, run)
    return most / max(total, 1)
