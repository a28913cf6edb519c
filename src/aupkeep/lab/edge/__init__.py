"""Systems at the edge, each real and live in the lab: what `aupkeep lab` shows beside its router.

    nginx, haproxy      a page each, which visitors on the internet ask for
    unbound, bind       resolvers that tenant B asks, and the primary of a zone that we host
    postfix             a relay that customers sign in to
    bird                the upstream's router, behind which a stranger floods an address of ours

`configs` has their configuration over the shipped lines, `systems` starts what is installed,
`questions` is who visits, asks and sends, `harms` what is wrong at each and who else is served, and
`trial` runs one from the harm's first sight to its end and back.
"""
