"""Facts and a policy version in, a ruling out. Pure; standard library, and `config.yaml` to read.

Bulk mail is reported from an address that a customer held then, and our own flow records saw it:

>>> from aupkeep.policy import engine, packs
>>> from aupkeep.policy.facts import parse_facts
>>> text = '''
... rules:
...   - id: spam-limit
...     clause: spam
...     title: Limit outgoing mail
...     status: live
...     when: finding.kind == 'messaging/spam' && finding.role == 'offender'
...     unless: customer.protected || customer.critical || cleared.recently
...     needs: E2
...     measure: limit-smtp
...     scope: port
...     hours: 24
...     notice: limit
...     owner: abuse-desk
...     rationale: Seen by us, and only mail is touched.
...     false-positives: [a mailing service]
...     given:
...       finding: {kind: messaging/spam, role: offender}
...       evidence.level: 2
...       cleared.recently: false
...     tests:
...       - {expect: matches, facts: {customer: {protected: false, critical: false}}}
...       - {expect: held}
... '''
>>> pack = packs.load({"spam.yaml": text}, whole=False)
>>> facts = {"finding": {"kind": "messaging/spam", "role": "offender"}, "evidence.level": 2}
>>> shields = {"customer.protected": False, "customer.critical": False, "cleared.recently": False}
>>> ruling = engine.ruling(pack, parse_facts(facts | shields))
>>> ruling.rule, ruling.level.name, ruling.measure.value, ruling.scope, ruling.hours
('spam-limit', 'L3', 'limit-smtp', 'port', 24)
>>> type(engine.ruling(pack, parse_facts(facts))).__name__  # whether protected: unknown
'Silent'

A ruling is a proposal. `casework.permit` decides, and checks the limits again.

    engine.py                      facts and a pack -> the ruling with its trace
    packs.py, reading.py, pack.py  YAML texts -> clauses and rules; the pack in memory, its hash
    retention.py                   how long what is kept
    limits.py                      what no rule may do: such a pack does not load
    lexer.py, parser.py, tree.py   a condition's text -> its syntax tree
    check.py, condition.py         the types of a condition; text, tree and compiled form together
    evaluate.py, leaf.py           three-valued evaluation with a trace; one comparison
    facts.py                       the table of facts a rule may read
    pattern.py, automaton.py       `matches`: regular expressions in linear time
    sentence.py, phrases.py        a condition as a sentence, in two languages
    sql.py                         a condition as SQL
    explain.py                     a rule's trace as sentences, for whom it concerns
    alike.py                       where two packs differ in more than words
    overlaps.py                    two rules that say the same of the same
    documents.py                   which version of the text a clause quotes was in force when
    detectors.py                   the `detectors:` of a pack: mode and thresholds

Design notes, each with its price:

- **Our own evaluator for a strict CEL subset** (`lexer`, `parser`, `check`, `evaluate`): the nine
  Python engines that were measured give no trace for each condition, and four of them flip a
  decision on a missing or mistyped fact. The price is a parser of our own to keep and to fuzz.
- **Three values.** Unknown never restricts (`when`) and never lifts a protection (`unless`). The
  price: a pack whose facts nobody computes is silent; `Pack.reads` lists what must be supplied.
- **Every leaf is computed**, also where the result is settled, so a trace is whole. The price is
  perhaps half of the speed that stopping early would give.
- **One tree, four readers:** evaluator, `sql`, `sentence`, static checks (`limits`). A construct
  enters the language only when all four can say it; there is no arithmetic and no loop.
- **The compiler refuses** what a rule may never do (`limits`), before any case is touched. The
  price is that some harmless rules must be written in the form the checks can see: shields as bare
  `||` alternatives, kinds and roles as `&&` conditions.
- **A version is its content's hash**, and `Pack.content` is a file that loads again, so every
  version stays executable. The price: a rule that a later Aupkeep finds too wide loads no more.
"""
