"""What `s3` and `ceph-rgw` are made of: signed calls to an object store, and what of it is ours.

A person blocks https://acme.s3.provider.example/login.html of case K7QF-2M9X. The driver reads the
policy of the bucket acme, adds one statement that denies reading just that object and whose Sid
names the action, and reads the policy again. When the measure ends that statement goes; all others
stay, and a bucket that had no policy has none.

    signed_calls.py  calls over HTTP, signed (AWS Signature Version 4)
    object_store.py  GET, PUT and DELETE of a bucket's policy
    admin_ops.py     users of a Ceph gateway: read, suspended, resumed
    statements.py    the text of a policy with a statement of ours, and without; pure
"""
