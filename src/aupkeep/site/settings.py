"""Django's settings, made from `$AUPKEEP_HOME` and its aupkeep.toml."""

INSTALLED_APPS: list[str] = ["django.contrib.contenttypes", "django.contrib.auth"]
SECRET_KEY = "placeholder"  # noqa: S105 - replaced by the home's own key
USE_TZ = True
