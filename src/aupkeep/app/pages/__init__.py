"""What a page shows: one folder a page; `page` has its frozen records, `load` fills them.

    queue/       the first page (`/`): cases that need a person, and in its tallies the
                 numbers of the desk; there is no overview beside it
    case/        one case: everything a person needs to decide, and what they do there
    letter/      writing to the customer or a reporter, and the preview
    search/      one search box; what was typed is answered in a sentence, then listed
    customers/   the desk's customers: the list, and one whole
    addresses/   one address or prefix: who held it when, its cases, what is in force there
    enforcement/ what is in force, on which target, seen there or not; the preview of an undo
    inbox/       what nobody could read or attribute
    sources/     who claims things, with their track record
    feeds/       lists we fetch                flows/       exporters, detectors, what they saw
    traffic/     a case's traffic picture and its files of flow rows
    customer/    the accused's page            reporter/    the reporter's status page
    notice_form/ the public form               sign_in/     the person behind a session
    grants/      what may leave while it listens; what each rule would have done
    notices/     what was written to whom  permissions/  who may do what others may not
    journal/     entries and their proof    policy/       clauses and rules in force
    people/      staff, sessions, tokens    settings/     each option, and the switches
    statistics/  how the desk does          inquiries/    who asks us what
    account/     a person's own passkeys and sessions
    reseller/    what a reseller's program reads of the cases below it
    metrics/     figures for Prometheus
    doctor/      what is not set up            layout/      the bar at the top of every page

Shared by several: `extent` (how much was seen, and when), `labels` (the console's words),
`in_language` (the same in Bokmål, by `bokmal.json`), `step_sentence` (the next step),
`source_text` (a report with its read values marked), `mail_text` (a letter with quotes folded).

A person opens K7QF-2M9X: the view calls `case.load.case_page(context, person, reference)`. It loads
the case once (`case_context`), puts what was seen into a sentence, cuts the report's own text into
parts with the read values marked, asks the gate about each measure as that person would, and
returns one frozen `CasePage`. The template adds headings and buttons; it looks nothing up. The
person chooses, and `case.acts.submit_decision` compares the page's mark with the case as it is now
and decides like the command line does.

Design notes, with what each choice costs:

* What the customer sees is decided before the template gets it. The cost is a second
  shape beside the domain records; it holds only what is on the page.
* Looking writes nothing: the gate is asked dry and a letter's link stays unused, so mail scanners
  may follow every link. The cost: "who looked when" is not in the journal.
* Each measure is put to the gate, about ten pure calls a page; so a barred measure says why.
* The accused's page and the reporter's page have modules of their own that never read the other
  side's names.
* Times are aware and in UTC; a page carries `now`, so "23 h left" is a property of the record and
  not of the clock. Texts are plain; the templates escape them.
"""
