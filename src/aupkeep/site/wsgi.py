"""The WSGI entry that granian serves, `aupkeep.site.wsgi:application`; opens the home.

The views and what they call are imported here, so that the first visitor does not wait for them.
"""

import ctypes
import multiprocessing
import os
import signal

from aupkeep.app.context import bind, open_context

PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_server() -> None:
    """Be killed when the granian that started this process ends: nobody else would stop it."""
    server = multiprocessing.parent_process()
    if server is None:
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server.pid:  # it ended before the kernel was told
        os.kill(os.getpid(), signal.SIGKILL)


end_with_server()
bind(open_context())

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after Django is set up

application = get_wsgi_application()

from aupkeep.site import urls  # noqa: E402, F401 - after Django is set up, before it serves
