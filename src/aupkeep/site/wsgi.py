"""The WSGI entry that `web` serves, `aupkeep.site.wsgi.application`; opens the home.

The views and what they call are imported here, so that the first visitor does not wait for them.
"""

from aupkeep.app.context import bind, open_context

bind(open_context())

from aupkeep.web.whole_text import Utf8Handler  # noqa: E402 - after Django is set up

application = Utf8Handler()

from aupkeep.site import urls  # noqa: E402, F401 - after Django is set up, before it serves
