"""Our own style sheets are sent compressed; pages are not.

A page holds tokens and what a visitor put into the address, and compressing both together lets an
onlooker guess one by the other's length (the BREACH attack). A style sheet holds neither.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressStatic(GZipMiddleware):
    """Django's compression, for static files only; what whitenoise sends packed stays as it is."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponse | HttpResponseBase:
        """Compress a static file where the browser takes it."""
        if not request.path.startswith(settings.STATIC_URL):
            return response
        return super().process_response(request, response)
