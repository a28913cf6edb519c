"""Columns become the bytes of a Parquet file at a few CPU cycles a value.

    room = Room(100_000)
    file.writelines(pieces({"bytes": numbers, "site": Texts(places, ["berlin"])}, (), room))

In a second of a router's flows most columns say one thing a hundred thousand times, some say a few
things, and the rest are numbers whose upper bytes are alike. So a column of one value is written as
a run, one of at most 256 values as a dictionary and codes of 1, 2, 4 or 8 bits, and any other with
its bytes apart: the lowest of all rows, then the next (BYTE_STREAM_SPLIT). What is no run is LZ4.

Why not a general writer: pyarrow takes half as much CPU again with the same splitting and LZ4 and
makes larger files, and twice as much with zstd, since it widens and copies each column before it
knows what is in it. What this costs: 450 lines of a public format, kept to one shape: one group,
one page a column, no nulls. Tests have pyarrow and DuckDB read it.
"""
