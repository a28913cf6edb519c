"""Where Django is put together: settings, addresses, the WSGI entry. Nothing is decided here."""
