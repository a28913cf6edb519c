"""What each role may do in the double, and what Nova does at each verb."""

ROLES = {
    "customer": {"member", "reader"},
    "billing": {"admin"},
    "actor": {"aupkeep-actor"},
    "reader": {"aupkeep-reader"},
    "keeper": {
        "aupkeep-actor",
        "aupkeep-reader",
        "aupkeep-accounts",
        "aupkeep-addresses",
        "aupkeep-images",
    },
}
ACTIONS = {  # verb → from which states, to which; who besides admin and the project's members
    "pause": ({"ACTIVE"}, "PAUSED", True),
    "unpause": ({"PAUSED"}, "ACTIVE", True),
    "os-stop": ({"ACTIVE"}, "SHUTOFF", True),
    "os-start": ({"SHUTOFF"}, "ACTIVE", True),
    "suspend": ({"ACTIVE"}, "SUSPENDED", False),
    "resume": ({"SUSPENDED"}, "ACTIVE", False),
    "reboot": ({"ACTIVE", "SHUTOFF"}, "ACTIVE", False),
    "rebuild": ({"ACTIVE", "SHUTOFF"}, "ACTIVE", False),
    "rescue": ({"ACTIVE", "SHUTOFF"}, "RESCUE", False),
    "shelve": ({"ACTIVE", "SHUTOFF", "PAUSED"}, "SHELVED_OFFLOADED", False),
    "unshelve": ({"SHELVED_OFFLOADED"}, "ACTIVE", False),
}
NOBODYS = {"binding:host_id", "data_plane_status"}  # of a port, but for administrators
MEMBERS = {"device_id", "port_security_enabled", "allowed_address_pairs"}  # of the project alone
UNLOCKED = {"createImage", "os-getConsoleOutput"}  # verbs that a lock does not stop
