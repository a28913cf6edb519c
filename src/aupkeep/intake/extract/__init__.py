"""The generic extractor: what a mail of log lines or prose claims, for mails without a container.

One example. A mail says, under the subject "Abuse from 192.0.2.7":

    Dear team, please stop this. All times are UTC.

    Mar  1 10:11:12 mx sshd[9]: Failed password for root from 192.0.2.7 port 4711 ssh2
    Mar  1 10:11:15 mx sshd[9]: Failed password for root from 192.0.2.7 port 4712 ssh2

`quoted.is_sender_line` says which lines are the sender's own. `addresses.find_addresses` finds the
addresses, `line_scan.line_claims` goes from line to line, `lines.read_line` takes the address that
acted (`direction.offender_weight`: "from" stands before it, by the words of `side_words`),
`services` says sshd is 22/tcp, `match_kinds` that a failed password is a login attack,
`stated_times` reads the two times in the zone the mail states. `findings.extract` makes two
findings of it, joined by `merging`, each with the offsets of its address, its port and its time in
the text.

| to find | look in |
|---|---|
| the way through a mail, its limits | `findings`, `line_scan`, `merging` |
| lines: whole, of one shape, of ordinary work | `wrapped_lines`, `line_shape`, `routine_lines` |
| what one line or sentence claims | `lines`, `sentences`, `services` |
| where a peer's own words stand | `peer_names`, `open_text` |
| what stands on several lines | `tables`, `record_blocks`, `endpoints`, `received_fields` |
| addresses and URLs, defanged or not | `addresses`, `urls` |
| who acted and who was hit | `direction`, `web_log`, `roles`, `side_words`, `sentence_verbs` |
| which field of a record is its source, what runs where | `record_sides`, `placed` |
| lines of a program not known yet | `services`, `side_words`, `log_words`, `routine_lines` |
| times in a text, of one event or a span | `stated_times`, `time_ranges`; `time_formats` (words) |
| zones of times, the order of days | `stated_zone`, `clock_field`, `day_order` |
| whether a sentence accuses, or denies, asks, permits | `polarity`; words: `polarity_words` |
| whether the next sentence takes it back ("That is not true") | `undoing_words` |
| what a whole mail is about | `mail_words` |
| whether a mail is a test or an example | `drill_words` |
| whether a letter positively reports, by which words | `charge`, `charge_words`, `demand_words` |
| what else a letter does or asks, and so accuses nobody | `turning_words`, `lifting_words` |
| all of these tables for eight more languages | `further_languages`, `distant_languages` |
| whom a letter names and says not to accuse | `disclaimers`; a monitor's own host: `monitored` |
| who wrote in a form or ordered, or used the reader's account | `visitors`, `account_notices` |
| who speaks of abuse in passing: advice, an application | `passing_words` |
| web addresses complained about | `link_claims` |
| the kind of abuse, its words | `match_kinds`, `log_words`, `kind_words`, `further_kind_words` |
| the sender's own words | `quoted` |

Design, and what each choice costs:

* Lines and sentences count where the letter around them positively reports (`charge`): a demand or
  a charge stands in it, and nothing that turns it. Costs: a report in words nobody foresaw waits
  for a person, who has it read as one by a command.
* Rules about the words beside an address, not a pattern for each message of each program. Costs:
  a message that names its peer in an unknown way is read with less confidence, or not at all.
* One finding for one address, kind and time; the same again adds to its count. Above 500 of one
  address and kind further lines only count. Costs: after the 500th their times are not kept.
* A line of a log claims nothing without a word of trouble (`routine_lines.TELLING`), whatever its
  program, unless the mail says what happened or its title names the address. Costs: trouble told
  in unknown words alone is left to a person.
* What a service writes about everybody it serves (`routine_lines`) claims nothing, unless the mail
  says what happened and claims nothing else, or its title names the address. Costs: a raw log of
  nothing but connections is left to a person.
* Where a program writes the peer's address before all that the peer can write, or behind it, that
  place outranks every word, so that a user called "x from 192.0.2.1" accuses nobody. Costs: it is
  known for sshd, PAM, ProFTPD, Postfix, Dovecot and MySQL. Elsewhere an address in a name
  (`peer_names`) gives way to one outside of all names, and of several left a program that nobody
  knows names only its first field; behind text that its peer may have written it names nobody
  (`open_text`). Costs: such a line whose peer stands elsewhere accuses nobody.
* Two times whose words frame one event are its time; the middle, exact to both ends. Costs: a long
  event is often Disputed.
* Languages are tables of words (`kind_words`, `side_words`, `time_formats`), no grammar. Costs: a
  sentence that says who did it by its order of words alone is not understood.
* A log line's own words outrank the mail's. Costs: a mail about spam with a login log in it gives
  a login attack, which is what the evidence shows.
* No zone, no hour: ± 14 h instead of a guess. Costs: such a finding is often Disputed where
  addresses change hands daily; a person sees why.
* Private addresses are no subjects unless asked for and no public one stands in the line, and then
  count little; loopback and link-local never. Costs: a line that names its private peer beside a
  public server of the reporter claims nothing.
* A line is understood once for all lines that differ in figures only (`line_shape`). Costs: no
  rule about words may tell one figure from another; a test holds it.
* Words are tried only where one of them can begin. Costs: a table of words must start plainly.
* Linear patterns only (no quantifier inside another), lines read in pieces of 4,096 characters,
  and of a mail 4 Mi characters. Costs: a record longer than that loses its end.
"""
