"""What drivers share whose system reads a file that we keep: nginx, HAProxy, Postfix, RPZ.

A person blocks the page https://shop.example/login of case K7QF-2M9X at nginx. The driver adds one
line to `/etc/aupkeep/nginx.map`, tells nginx to reload it, asks nginx on loopback for that page and
finds status 451 with our action's name. When the measure is lifted the line goes, and the file is
byte for byte what it was. Each line of ours names its action, case and end; every other line is
somebody else's: shown, kept as it is, and never replaced.

    map_file.py     rows of ours between lines of others, written whole and read back
    map_driver.py   the driver over such a file: all but how a row is written and how it is asked
    page_driver.py  what nginx and HAProxy have in common
    exact_url.py    one page by its URL, as servers compare it; pure
    login_door.py   asks Postfix, by its own protocol, what its map says of a login
    host_name.py    a name as zones spell it; pure
    page_door.py    asks a server on loopback for a page, as a visitor would
    command.py      runs the operator's command, as words, and tells what it said
    config/         what an operator includes

Design notes, and what each costs:

* **The file is the record.** What stands, for which action and until when, is in the file that the
  server reads, so nothing can differ from it. It costs a marked comment on each line.
* **A reload that fails leaves the file as it was.** The server then goes on with what it had, and
  the measure is tried again. A digest of our rows at the last reload lies in the agent's folder, so
  that an agent killed between the two reloads when it starts.
* **Asked as a visitor asks.** That the line stands in a file limits nobody. Without a door to ask
  through, a measure is announced and not applied.
"""
