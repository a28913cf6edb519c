"""Retention: what is kept how long, what holds keep longer, and erasing what is due.

A case was closed three years ago and a day. The table of the policy in force says 1096 days, no
hold names it, nothing of it stands. `run.erase_due` deletes its rows and the reports that only it
rests on, blanks its entries, and writes one signed entry that names them and the rule: one
transaction for each case. Then the bytes of its reports go, which no raw names any more
(`store.raws.reap`).

    table.py  that table shown to people: kinds, periods, what has none
    clock.py  when one case or report will be erased, or what keeps it
    due.py    which period applies (`table_in_force`, read by `policy.retention` from the pack):
              what is due now, and what keeps it; a raw mail goes with its report
    holds.py  legal holds: set, ended, listed
    parts.py  all that goes with a case or a report, and the entries that spoke of it
    run.py    erases what `due` lists, by a person or by the worker every hour

A case is erased whole or not at all, so a run that is killed leaves whole cases and, at worst, the
bytes of the last one: nothing names them, and the reaper of the worker takes them away. The cost:
a run reads the whole journal once, since entries that stand under no case are found by what they
say.
"""
