"""The WSGI entry that granian serves, `aupkeep.site.wsgi:application`; opens the desk."""

from aupkeep.app.context import bind, open_context

context = open_context()
bind(context)

from aupkeep.app.pages.console import Console  # noqa: E402 - it imports the database
from aupkeep.web.desk import bind as bind_pages  # noqa: E402 - the same

bind_pages(Console(context))

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after Django is set up

application = get_wsgi_application()
