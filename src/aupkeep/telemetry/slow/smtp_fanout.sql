-- name: smtp-fanout
-- version: 1
-- kind: messaging/bulk_messaging
-- role: offender
-- direction: out
-- mode: notify
-- window: 86400
-- cooldown: 86400
-- group: src
-- chance: servers of 10 packets
-- says: One of our addresses that takes no mail itself delivers to hundreds of mail servers a day.
-- minimum: 150 mail servers, five of them seen; flows do not show whether anybody asked for it
-- threshold servers = 150: different hosts whose port 25 is spoken to within a day
-- threshold correspondents = 5: hosts that bring us mail, or users who hand it in, make a mail server
--
-- Sampling hides servers that got few packets: ten are counted on for each, so the number told is
-- rather too small than too large. Of those who bring mail, too, one seen at 1:1000 is enough.
WITH out AS (
  SELECT src, dst, max(weight) AS rate, sum(packets * weight) AS packets,
    sum(bytes * weight) AS bytes, min(CASE WHEN sampled THEN 1 ELSE 0 END) AS known,
    min(started) AS first, max(ended) AS last
  FROM flows
  WHERE src_own AND NOT dst_own AND dst_public AND proto = 6 AND dport = 25 AND ack
  GROUP BY src, dst
),
server AS (
  SELECT src, count(DISTINCT dst) AS correspondents
  FROM flows
  WHERE src_own AND proto = 6 AND ack
    AND sport IN (25, 465, 587, 143, 993, 110, 995) AND packets * weight >= 3
    AND NOT (rst AND packets = 1)
  GROUP BY src
),
sender AS (
  SELECT src, count(*) AS seen, max(rate) AS rate, min(known) AS known, sum(packets) AS packets,
    sum(bytes) AS bytes, min(first) AS first, max(last) AS last
  FROM out
  GROUP BY src
)
SELECT sender.src AS address, 25 AS port, 'tcp' AS transport, first AS at, last AS until,
  rate, known = 1 AS known,
  CAST(seen / (1 - power(1 - CAST(1 AS DOUBLE) / rate, 10)) AS BIGINT) AS servers,
  CAST(packets AS BIGINT) AS packets, CAST(bytes AS BIGINT) AS bytes, 0.5 AS confidence
FROM sender LEFT JOIN server ON server.src = sender.src
WHERE seen >= 5
  AND coalesce(correspondents, 0)
    < {correspondents:BIGINT} * (1 - power(1 - CAST(1 AS DOUBLE) / rate, 10))
  AND seen >= {servers:BIGINT} * (1 - power(1 - CAST(1 AS DOUBLE) / rate, 10))
