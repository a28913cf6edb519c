"""Systems at the edge, each real and live in the lab: what `aupkeep lab` shows beside its router.

    nginx, haproxy      a page each, which visitors on the internet ask for
    unbound, bind       resolvers that tenant B asks, and the primary of a zone that we host
    postfix             a relay that customers sign in to
    bird, frr           two upstreams' routers; behind each a stranger floods an address of ours
    s3                  a store (moto's server) with a page an object
    libvirt             machines of libvirt's test driver
    redirect            a sinkhole, with the extra of interception

Each is one module of `systems` with one constant, `SYSTEM`, and is found by itself; one that takes
minutes to start has a row that says where it runs. `system` has their records, `harms` what two of
them have alike, `running` prepares and starts what is installed, `questions` is who visits, asks
and sends, and `trial` runs one harm from its first sight to its end and back.
"""
