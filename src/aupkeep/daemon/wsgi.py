"""What granian serves: the pages and the API, in a process that never outlives its server."""

from aupkeep.daemon.supervised import end_with_parent

end_with_parent()

from aupkeep.site.wsgi import application  # noqa: E402 - opening the home takes seconds

__all__ = ["application"]
