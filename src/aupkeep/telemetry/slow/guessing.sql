-- name: slow-guessing
-- version: 1
-- kind: connection/login_attack
-- role: offender
-- direction: out
-- mode: notify
-- window: 86400
-- cooldown: 86400
-- group: src
-- chance: sessions of 8 packets, unscaled
-- says: One of our addresses has hundreds of short sessions of alike length with a login service in
--   a day, with one host or, a few each, with many.
-- minimum: 200 sessions with a login port, or with any port of five hosts; without sampling only
-- threshold sessions = 200: short sessions with one port within a day
-- threshold fewest = 8: packets we send in a session, at least: less is a check that it is there
-- threshold most = 60: packets we send in a session, at most: more is work
-- threshold unlike = 0.4: the most that amounts may vary, as standard deviation by mean
-- threshold short_share = 0.9: the least share of short sessions among all with that port
-- threshold hosts = 5: hosts on a port that is not of logins: one application has few databases
-- threshold clock = 0.1: intervals that vary less are those of a monitor, as deviation by mean
WITH session AS (
  SELECT src, dst, dport, started, ended, packets, bytes, weight, sampled,
    started - lag(started) OVER (PARTITION BY src, dst, dport ORDER BY started, sport) AS pause
  FROM flows
  WHERE src_own AND NOT dst_own AND dst_public AND proto = 6 AND syn AND ack
    AND dport NOT IN (25, 53, 80, 443, 853, 8080, 8443)
),
peer AS (
  SELECT src, dst, dport, count(*) AS sessions,
    sum(CASE WHEN packets BETWEEN {fewest:BIGINT} AND {most:BIGINT} THEN 1 ELSE 0 END) AS short,
    sum(bytes) AS bytes, sum(CAST(bytes AS DOUBLE) * bytes) AS squares,
    coalesce(stddev_pop(pause) / nullif(avg(pause), 0), 1) AS jitter,
    min(started) AS first, max(ended) AS last, max(weight) AS rate,
    min(CASE WHEN sampled THEN 1 ELSE 0 END) AS known
  FROM session
  GROUP BY src, dst, dport
),
port AS (
  SELECT src, dport, sum(sessions) AS sessions, sum(short) AS short, count(*) AS hosts,
    min(dst) AS one, sum(bytes) / sum(sessions) AS size,
    sum(squares) / sum(sessions) - power(sum(bytes) / sum(sessions), 2) AS spread,
    min(first) AS first, max(last) AS last, max(rate) AS rate, min(known) AS known
  FROM peer
  WHERE sessions < 20 OR jitter >= {clock:DOUBLE}
  GROUP BY src, dport
)
SELECT src AS address, CASE WHEN hosts = 1 THEN one END AS peer, dport AS port,
  'tcp' AS transport, first AS at, last AS until, rate, known = 1 AS known,
  CAST(sessions AS BIGINT) AS sessions, hosts, size, 0.6 AS confidence
FROM port
WHERE short >= {sessions:BIGINT} AND short >= {short_share:DOUBLE} * sessions
  AND spread <= power({unlike:DOUBLE} * size, 2)
  AND (hosts >= {hosts:BIGINT} OR dport IN (
    21, 22, 23, 110, 143, 465, 587, 993, 995, 2222, 2323, 3389, 5900, 8291))
