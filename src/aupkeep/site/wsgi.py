"""The WSGI entry that granian serves: `aupkeep.site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aupkeep.site.settings")
application = get_wsgi_application()
