-- name: mining-pool
-- version: 1
-- kind: infrastructure/compromised_server
-- role: vulnerable
-- direction: out
-- mode: notify
-- window: 86400
-- cooldown: 86400
-- group: src, dst
-- lists: mining
-- chance: slots of 60 packets
-- says: One of our addresses was in contact with a listed mining pool for an hour or more.
-- minimum: packets that carry ACK, both ways' answers included, in six spans of ten minutes
-- threshold slots = 6: spans of ten minutes with contact, within a day
--
-- `feed` rows with list `mining` name the pools, each with the port it is called at, if any. Whether
-- the holder mines or somebody else does on a machine that is not theirs, flows do not show. What a
-- pool's address asks of a service of ours (a port below 1024) is no contact.
SELECT src AS address, dst AS peer, min(dport) AS port, 'tcp' AS transport,
  min(started) AS at, max(ended) AS until, max(weight) AS rate,
  min(CASE WHEN sampled THEN 1 ELSE 0 END) = 1 AS known,
  count(DISTINCT (ended - ended % 600000)) AS slots, CAST(sum(packets * weight) AS BIGINT) AS packets,
  min(says) AS says, 0.7 AS confidence
FROM flows JOIN feed ON feed.address = flows.dst AND feed.list = 'mining'
  AND (feed.port IS NULL OR feed.port = flows.dport)
WHERE src_own AND NOT dst_own AND proto = 6 AND ack AND sport >= 1024
GROUP BY src, dst
HAVING count(DISTINCT (ended - ended % 600000)) >= {slots:BIGINT}
