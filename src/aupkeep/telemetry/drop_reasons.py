"""Why bytes of an export could not be used: each reason that is counted, in one sentence."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    # files
    "flow_log": "a log of flows that another program wrote: `aupkeep flows replay` reads it",
    "too_long": "a line of a log longer than any it writes",
    "unreadable_line": "a line of a log that is cut, or holds what cannot be",
    "unreadable_file": "a file that its own program cannot read",
    "unknown_protocol": "a line of a log about something else than IP",
    "not_a_capture": "bytes that no capture file begins with",
    "truncated_capture": "the capture ends inside a record; what is whole was read",
    "bad_capture_block": "a block whose length or content cannot be; reading ended there",
    "unknown_interface": "a packet of an interface that the capture does not describe",
    "not_udp": "a captured packet that is no UDP datagram",
    "ip_fragment": "a fragment of an IP packet whose other fragments are not there",
    # datagrams
    "unknown_version": "neither NetFlow v5 or v9, nor IPFIX, nor sFlow v5",
    "short_header": "shorter than its own header",
    "bad_count": "a v5 datagram that states no records, or more than it can hold",
    "bad_length": "an IPFIX message that states a length smaller than its header",
    "truncated": "it ends before what it promises; what is whole was read",
    "trailing_bytes": "bytes behind the end that it states",
    # sets
    "bad_set_length": "a set smaller than its header; the rest of the datagram is lost",
    "truncated_set": "a set that goes on behind the datagram; its whole records were read",
    "unknown_set": "a set of a kind that the protocol reserves",
    "bad_template": "a template that cannot be; the rest of its set is lost",
    "no_template": "a data set whose template never came, or came too late",
    "zero_length_record": "a template whose fields are all empty",
    "short_set": "a data set that holds less than one record",
    # samples
    "short_sample": "a sample or record shorter than its fixed part",
    "truncated_sample": "a record that goes on behind its sample",
    "empty_sample": "a sample that says nothing of its packet",
}
