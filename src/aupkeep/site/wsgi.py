"""The WSGI entry that granian serves, `aupkeep.site.wsgi:application`; opens the desk."""

from aupkeep.app.bound import bind
from aupkeep.app.desk import open_desk

desk = open_desk()
bind(desk)

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after Django is set up

application = get_wsgi_application()
