"""The WSGI entry that granian serves, `aupkeep.site.wsgi:application`; opens the home."""

from aupkeep.app.context import bind, open_context

bind(open_context())

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after Django is set up

application = get_wsgi_application()
