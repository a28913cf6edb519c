"""Slow detectors: what shows only over hours and days, each one SQL file over the history.

    -- name: slow-scan
    -- kind: connection/port_scan
    -- window: 86400
    -- group: src, dport
    -- threshold hosts = 100: hosts tried in vain at one port
    SELECT src AS address, ... FROM flows ... HAVING count(DISTINCT dst) >= {hosts:BIGINT}

`detector.py` makes a `SlowDetector` of such a file. `run.run_detector` runs it over a `FlowHistory`
and yields `DetectorHit`s like a fast detector. The head says what a fast detector's constant says;
the tables a file may use are those of `history.views`. A file that joins lists of the table `feed`
names them in its head (`lists: mining`); while a list names nobody, people are told that the
detector sees nothing.

Design notes, with what each choice costs:

* One SELECT of plain SQL, so that another engine can run it. The cost: medians, regular expressions
  and lists are out; the little arithmetic is done in SELECTs that build on each other.
* All rows of a `group` are needed to judge it, and nothing else is: rows may be spread over several
  machines by a hash of the group, and the union of what they find is the same. A test holds it.
* These detectors see what looks alike, not what was meant: most only tell (`notify`) or are only
  counted (`observe`), and a person looks. A scan of a hundred silent hosts may propose.
"""
