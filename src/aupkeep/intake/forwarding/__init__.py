"""Forwarded reports: a colleague or customer sends on a report that somebody else wrote.

`attached.forwarded_mails` gives each attached message (message/rfc822) that is a report.
`inline.read_inline_forward` reads a report that stands in the text, below the header lines of the
original ("---------- Forwarded message ----------"). Either way the original's sender only decides
how the words are read. The claim is that of the mail's own sender, since nothing proves the rest.
`ticket_system` knows mail that a ticket system hands on under the desk's own address.
"""
