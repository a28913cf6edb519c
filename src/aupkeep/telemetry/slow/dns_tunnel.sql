-- name: dns-tunnel
-- version: 1
-- kind: connection/infected_host
-- role: offender
-- direction: out
-- mode: notify
-- window: 86400
-- cooldown: 86400
-- group: src, dst
-- chance: packets of 1 packet
-- says: One of our addresses asks one name server with far longer questions than names have, and
--   many of them.
-- minimum: 10,000 questions of 130 bytes on average to one server; names are not in flows, so this
--   is a weak sign that a person looks at
-- threshold packets = 10000: packets to port 53 of one server within a day
-- threshold size = 130: bytes of such a packet on average, IP header included
-- threshold bytes = 2000000: bytes to it within a day
--
-- A resolver's questions have 60 to 100 bytes. Answers of a name server of ours go to other ports;
-- servers that speak from port 53 to port 53 are left out.
SELECT src AS address, dst AS peer, 53 AS port, min(CASE WHEN proto = 6 THEN 'tcp' ELSE 'udp' END)
    AS transport,
  min(started) AS at, max(ended) AS until, max(weight) AS rate,
  min(CASE WHEN sampled THEN 1 ELSE 0 END) = 1 AS known,
  CAST(sum(packets * weight) AS BIGINT) AS packets, CAST(sum(bytes * weight) AS BIGINT) AS bytes,
  CAST(sum(bytes) AS DOUBLE) / sum(packets) AS size, 0.4 AS confidence
FROM flows
WHERE src_own AND NOT dst_own AND dport = 53 AND sport <> 53 AND proto IN (6, 17)
GROUP BY src, dst
HAVING sum(packets * weight) >= {packets:BIGINT} AND sum(bytes * weight) >= {bytes:BIGINT}
  AND sum(bytes) >= {size:DOUBLE} * sum(packets) AND sum(packets) >= 5
