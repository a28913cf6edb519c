"""Every address of the install: the pages, the API, and the errors as pages."""

from django.urls import include, path

from aupkeep.api.router import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("aupkeep.web.urls")),
]
handler400 = "aupkeep.web.faults.bad_request"
handler403 = "aupkeep.web.faults.forbidden"
handler404 = "aupkeep.web.faults.not_found"
handler500 = "aupkeep.web.faults.broken"
