"""Where Django is put together: `settings`, `urls`, the `wsgi` entry. Nothing is decided here.

`web` imports `site.wsgi`, which opens the home and binds its context; Django then reads
`site.settings`, made from aupkeep.toml, and routes by `site.urls` to the API and the pages. How
long a session lives is one of these settings. (A site of the provider's network is something else:
an option of aupkeep.toml, read by `app.receiving.channel_site` and `inventory`.)
"""
