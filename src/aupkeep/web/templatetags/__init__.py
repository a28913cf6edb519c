"""What the templates may say beyond Django's own tags: `page`; `figures` for the desk's own."""
