-- name: slow-port-scan
-- version: 1
-- kind: connection/port_scan
-- role: offender
-- direction: out
-- mode: propose
-- window: 86400
-- cooldown: 86400
-- group: src, dst
-- chance: ports of 1 packet
-- says: One of our addresses tries many ports of one host over a day, and most do not answer.
-- minimum: 100 ports that did not answer, five of them seen; ports that answered do not count
-- threshold ports = 100: ports of one public host tried in vain within a day
-- threshold failed_share = 0.8: the least share of ports tried that did not answer
-- threshold tries = 4: packets that a try in vain has at most
WITH tried AS (
  SELECT src, dst, dport,
    max(CASE WHEN ack THEN 1 ELSE 0 END) AS answered,
    max(CASE WHEN syn AND NOT ack AND packets <= {tries:BIGINT} THEN 1 ELSE 0 END) AS failed,
    sum(packets) AS packets, min(started) AS first, max(ended) AS last,
    max(weight) AS rate, min(CASE WHEN sampled THEN 1 ELSE 0 END) AS known
  FROM flows
  WHERE src_own AND NOT dst_own AND dst_public AND proto = 6 AND dport IS NOT NULL
  GROUP BY src, dst, dport
),
host AS (
  SELECT src, dst, max(rate) AS rate, min(known) AS known,
    count(*) AS ports, sum(CASE WHEN failed = 1 AND answered = 0 THEN 1 ELSE 0 END) AS failed,
    sum(packets * rate) AS packets, min(first) AS first, max(last) AS last
  FROM tried
  GROUP BY src, dst
)
SELECT src AS address, dst AS peer, 'tcp' AS transport, first AS at, last AS until,
  rate, known = 1 AS known, failed AS ports_seen, failed * rate AS tries,
  CAST(failed AS DOUBLE) / ports AS failed_share, 0.85 AS confidence
FROM host
WHERE failed >= 5 AND failed * rate >= {ports:BIGINT}
  AND CAST(failed AS DOUBLE) >= {failed_share:DOUBLE} * ports
