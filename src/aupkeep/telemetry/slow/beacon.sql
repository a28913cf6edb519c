-- name: beacon
-- version: 2
-- kind: connection/infected_host
-- role: offender
-- direction: out
-- mode: observe
-- window: 86400
-- cooldown: 86400
-- group: src
-- chance: calls of 1 packet, unscaled
-- says: One of our addresses calls one peer again and again at even intervals, with alike amounts.
-- minimum: 48 new connections to one port of one peer; without sampling only
-- threshold calls = 48: new TCP connections to one port of one peer within a day
-- threshold jitter = 0.3: the most that intervals may vary, as standard deviation by mean
-- threshold unlike = 0.3: the most that amounts may vary, as standard deviation by mean
-- threshold pause = 20: seconds between calls, on average, at least
-- threshold size = 20000: bytes we send a call, on average, at most
-- threshold regulars = 3: peers called so evenly that make us a monitor, which calls many
-- threshold clock = 0.05: intervals that vary less are a timer's, as standard deviation by mean
-- threshold standing = 3600: seconds of an address's day in which its timers are all there
--
-- Even calls are the way of every cron job and agent too, so this is only counted, for a person who
-- looks at a case. Left out: connections kept open (no SYN), what five of our addresses call,
-- mailboxes, copies by SSH and rsync, name servers, and the ports of monitoring and configuration.
-- Left out too is what runs by the clock and did so when the address was first seen that day: an
-- agent's heartbeat. A bot that hides its clock is seen at any time, one that does not only on the
-- day it comes: in flows its call is the agent's.
WITH call AS (
  SELECT src, dst, dport, started, ended, bytes, weight, sampled,
    started - lag(started) OVER (PARTITION BY src, dst, dport ORDER BY started, sport) AS pause
  FROM flows
  WHERE src_own AND NOT dst_own AND proto = 6 AND syn AND ack AND dport NOT IN (
    22, 53, 110, 123, 143, 161, 853, 873, 993, 995, 1514, 4505, 4506, 5665, 5666, 8125, 8140,
    9090, 9091, 9100, 10050, 10051)
),
habit AS (
  SELECT src, dst, dport, count(*) AS calls, avg(pause) AS pause, avg(bytes) AS size,
    stddev_pop(pause) / avg(pause) AS jitter, stddev_pop(bytes) / avg(bytes) AS unlike,
    min(started) AS first, max(ended) AS last, max(weight) AS rate,
    min(CASE WHEN sampled THEN 1 ELSE 0 END) AS known
  FROM call
  GROUP BY src, dst, dport
  HAVING count(*) >= {calls:BIGINT} AND avg(pause) >= {pause:DOUBLE} * 1000
    AND avg(bytes) <= {size:DOUBLE} AND stddev_pop(pause) <= {jitter:DOUBLE} * avg(pause)
    AND stddev_pop(bytes) <= {unlike:DOUBLE} * avg(bytes)
),
counted AS (
  SELECT habit.*, count(*) OVER (PARTITION BY src) AS regulars FROM habit
),
there AS (
  SELECT src, min(started) AS since
  FROM flows
  WHERE src_own AND src IN (SELECT src FROM habit)
  GROUP BY src
)
SELECT src AS address, dst AS peer, dport AS port, 'tcp' AS transport, first AS at, last AS until,
  rate, known = 1 AS known, calls, pause / 1000 AS pause_s, jitter, unlike, size, 0.4 AS confidence
FROM counted JOIN there USING (src)
  LEFT JOIN popular ON popular.address = dst AND popular.port = dport
WHERE popular.address IS NULL AND regulars < {regulars:BIGINT}
  AND (jitter >= {clock:DOUBLE} OR first >= there.since + {standing:DOUBLE} * 1000)
