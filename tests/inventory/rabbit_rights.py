"""Names and rights at a broker, as docs/inventory.md gives them to the user of a source `cloud`."""

EXCHANGES = ("neutron", "nova", "keystone")
QUEUE = "aupkeep.cloud"
PASSWORD = "correct-horse-battery"
PERMISSIONS = {
    "configure": r"^aupkeep\.cloud$",
    "write": r"^aupkeep\.cloud$",
    "read": r"^(aupkeep\.cloud|neutron|nova|keystone)$",
}
TOPIC = r"^notifications\.info$"
