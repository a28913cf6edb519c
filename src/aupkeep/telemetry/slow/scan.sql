-- name: slow-scan
-- version: 1
-- kind: connection/port_scan
-- role: offender
-- direction: out
-- mode: propose
-- window: 86400
-- cooldown: 86400
-- group: src
-- chance: hosts of 1 packet
-- says: One of our addresses tries the same port of many hosts over a day, too slowly for the
--   windows of minutes, and most do not answer.
-- minimum: 100 hosts that did not answer, five of them seen; tries that were answered do not count
-- threshold hosts = 100: public hosts tried in vain at one port within a day
-- threshold failed_share = 0.8: the least share of hosts tried that did not answer
-- threshold tries = 4: packets that a try in vain has at most
-- threshold served = 20: peers to whom we talk from a port make us a node of a network on that port
--
-- A node of a peer-to-peer network tries many dead peers too. It is told apart by being found itself:
-- it talks to many from the very port that it tries elsewhere. That excuse does not hold for ports
-- below 1024 and those of logins, which whole lists of scanners reach for on every host.
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
node AS (
  SELECT src, sport
  FROM flows
  WHERE src_own AND NOT dst_own AND (proto = 17 OR ack) AND sport >= 1024
    AND sport NOT IN (1433, 1521, 2222, 2323, 3306, 3389, 5432, 5555, 5900, 6379, 8080, 8291)
  GROUP BY src, sport
  HAVING count(DISTINCT dst) >= {served:BIGINT}
),
port AS (
  SELECT src, dport, max(rate) AS rate, min(known) AS known,
    count(*) AS hosts, sum(CASE WHEN failed = 1 AND answered = 0 THEN 1 ELSE 0 END) AS failed,
    sum(packets * rate) AS packets, min(first) AS first, max(last) AS last
  FROM tried
  GROUP BY src, dport
)
SELECT port.src AS address, port.dport AS port, 'tcp' AS transport,
  port.first AS at, port.last AS until, port.rate AS rate, port.known = 1 AS known,
  port.failed AS hosts_seen, port.failed * port.rate AS tries,
  CAST(port.failed AS DOUBLE) / port.hosts AS failed_share, 0.85 AS confidence
FROM port LEFT JOIN node ON node.src = port.src AND node.sport = port.dport
WHERE node.src IS NULL AND port.failed >= 5 AND port.failed * port.rate >= {hosts:BIGINT}
  AND CAST(port.failed AS DOUBLE) >= {failed_share:DOUBLE} * port.hosts
