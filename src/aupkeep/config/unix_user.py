"""The user of this machine who runs this process."""

import os
import pwd


def unix_user() -> str:
    """The name of the process's user, `uid-1000` for one without a name, as in a container."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid-{number}"
