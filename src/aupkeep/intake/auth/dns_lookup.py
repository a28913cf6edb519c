"""What the authentication checks ask of the DNS: tests script it, the edge answers it."""

from collections.abc import Callable

# Name and record type (TXT, A, AAAA, MX, PTR) to the answers as text: TXT strings joined, MX as
# "10 mail.example". An empty list is "no such name or record"; TimeoutError is "ask again later".
Lookup = Callable[[str, str], list[str]]
