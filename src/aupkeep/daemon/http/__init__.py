"""The HTTP server of `web`: a request is whole before a thread of ours sees it.

A visitor connects; `connection.py` reads the head and the body within their deadlines, and
`lanes.py` gives the request to a thread that calls Django. Whoever sends slowly holds a connection
and no thread, and `holdings.py` says whose connection is dropped when somebody holds too many.

    holdings.py    who holds how many connections and bytes; which are dropped
    deadlines.py   how long a head, a body and an answer may take
    heads.py       what a head may be, and for which host it is
    gateway.py     a request as WSGI asks for it, and what WSGI answers
    lanes.py       threads for the desk, the API and the public; each peer in its turn
    connection.py  one connection: requests in, answers out (HTTP/1.1 by h11)
    server.py      listens, and ends
"""
