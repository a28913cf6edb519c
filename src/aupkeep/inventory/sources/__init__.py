"""One module a source of assignments; each has one constant, `SOURCE`.

csv.py, json.py      a file with one assignment a row
http.py              a system that answers with JSON, by a declared mapping (NetBox, Proxmox)
openstack.py         floating IPs, ports and machines of a cloud
libvirt.py           the domains of a hypervisor
kea.py, radius.py    leases of a DHCP server; accounting of an access network
cgnat.py             port ranges of a shared address become holders, by a rule or by a log
"""
