"""English."""

WORDS = {
    "skip": "Skip to the content",
    "desk": "abuse desk",
    "case": "case",
    "months": "January February March April May June July August September October November "
    "December",
    "days": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "moment": "{day} {date} {month} {year}, {hour}:{minute}",
    "left": "{span} left",
    "late": "passed {span} ago",
    "unit.d": "d",
    "unit.h": "h",
    "unit.min": "min",
    "exact.second": "to the second",
    "exact.around": "give or take {span}",
    "time.unknown": "time not stated",
    # the customer's page
    "customer.answer-before": "Please answer before {when}",
    "customer.skipped": "Days on which our office is closed are not counted:",
    "customer.no-deadline": "You have no deadline to answer by",
    "customer.closed": "This case is closed",
    "customer.closed.fixed": "The problem is solved and nothing is limited. Thank you.",
    "customer.closed.not-abuse": "We looked again: this was not a breach, and we are sorry. "
    "Nothing is held against you.",
    "customer.closed.no-action": "No measure was needed. Nothing is limited.",
    "customer.closed.imported": "This was dealt with before. Nothing is limited.",
    "customer.closed.withdrawn": "We withdrew the decision. Nothing is held against you.",
    "customer.attacked": "You are the one who is attacked: no fault is found with you, and "
    "nothing of this is held against you. Tell us below if you want the protection undone.",
    "customer.protected": "What protects you now",
    "customer.help": "What you can do",
    "customer.limited": "What is limited now",
    "customer.limited.none": "Nothing is limited.",
    "customer.recorded": "A measure was decided, but this desk only records measures for now.",
    "customer.limited.held": "nobody ends it before {when}; then a person may for seven days, else "
    "it is back",
    "customer.limited.ended": "its data is kept, and it can be taken back, until {when}",
    "customer.limited.until": "until {when}, then it ends by itself",
    "customer.limited.since": "since {when}",
    "customer.works": "What still works",
    "customer.lifted": "Lifted",
    "customer.left": "Something was limited there before our measure, and not by it. We left "
    "that as we found it.",
    "customer.saw": "What it is about",
    "customer.rule": "Which rule",
    "customer.rule.where": "{document}, version {version}, {anchor}",
    "customer.strike": "A person found that the cause lies with you. It counts as a breach until "
    "{when}; then it counts no more. An appeal that is granted removes it.",
    "customer.reasons": "Statement of reasons",
    "customer.reasons.json": "The same for a program (JSON)",
    "customer.evidence": "See the evidence ({count}, what concerns your side)",
    "customer.evidence.item": "item",
    "customer.evidence.items": "items",
    "customer.fix": "How to fix it",
    "customer.said": "What you have answered",
    "customer.said.below": "said for you by your reseller",
    "customer.said.read": "read by the desk",
    "customer.said.stops": "not read yet - until it is, no stricter step follows, such as "
    "from a notice to a block",
    "customer.said.holds": "not judged yet - until it is, no rule and nobody who decided before "
    "goes any further. What nobody judges within 72 hours is lifted.",
    "customer.said.unread": "not read yet",
    "customer.judged.granted": "Your appeal was granted: what it was about is lifted, and we are "
    "sorry.",
    "customer.judged.refused": "Your appeal was refused, by two people who had no part in the "
    "decision.",
    "customer.judged.stepped-down": "Nobody judged your appeal within 72 hours: what it was about "
    "is lifted.",
    "test.title": "Is it fixed?",
    "test.waits": "The test is under way. Load this page again in some seconds.",
    "test.text": "We ask once, from our own address, whether what was reported is still "
    "there: nothing is changed "
    "and nothing is kept of what you show. What we see stands here and with your case.",
    "test.send": "I have fixed it: test again",
    "test.there": "Still there:",
    "test.gone": "Not there any more:",
    "test.unclear": "Not certain:",
    "test.at.tcp-port": "the service at",
    "test.at.web-page": "the page",
    "test.at.open-resolver": "the name server at",
    "test.at.amplifier": "the service at",
    "test.at.flow-gone": "traffic from",
    "test.at.other": "at",
    "test.port": "port {port}",
    "test.error": "Nothing was tested: a test is under way, or the page has changed. Look again.",
    "test.error.often": "You have tested often. Try again in an hour.",
    "mail.unmailed": "Not mailed",
    "mail.unmailed.text": "We wrote this down for you without a mail. It asks nothing of you.",
    "mail.title": "Mail from us",
    "mail.always": "We always write when something is limited, given back or about to end, when we "
    "ask for an answer by a day, and when a person here decides. Only mail that asks nothing "
    "of you can be turned off. What it would have said stands on this page from then on; keep a "
    "link to it, or ask us for one.",
    "mail.on": "You get mail that asks nothing of you about: {kind}.",
    "mail.off": "You get no mail that asks nothing of you about: {kind}.",
    "mail.turn-off": "No such mail",
    "mail.turn-on": "Send such mail again",
    "customer.rights": "Your rights",
    "customer.rights.who": "Who decided: {who}.",
    "customer.rights.text": "You may ask for a new look at any time while this link works, "
    "free of charge. "
    "Someone who did not take the decision will look. You may also take the matter to court. "
    "You need no account for this page.",
    "customer.rights.link": "This link works until {when}. Do not pass it on: whoever has it "
    "can answer for you.",
    "customer.contact": "Rather write? {contact}, and name case {reference}.",
    "answer.title": "Your answer",
    "answer.fixed": "I have fixed it",
    "answer.fixed.what": "A person at the desk reads it, and lifts whatever is limited.",
    "answer.not-me": "It was not us, or it is a false alarm",
    "answer.not-me.what": "We check the evidence again before anything else happens.",
    "answer.need-help": "I need help or more time",
    "answer.need-help.what": "A person reads it and writes back.",
    "answer.appeal": "I want another person to look at it",
    "answer.text": "In your own words",
    "answer.text.hint": "One sentence is enough: what you found, what you did.",
    "answer.send": "Send the answer",
    "answer.thanks": "Thank you, we have your answer.",
    "answer.error": "We could not send it yet",
    "answer.error.kind": "Choose one of the three answers.",
    "answer.error.text": "Write at most {most} characters.",
    "answer.error.reason": "Write why, in a sentence or two.",
    "answer.error.once": "This page was already used to answer. It is fresh again now: "
    "please send once more if you have more to say.",
    # the answers of who is attacked
    "attacked.fixed": "Please undo the protection",
    "attacked.fixed.what": "A person at the desk reads it and undoes it.",
    "attacked.not-me": "This is no attack: we expected this traffic",
    "attacked.not-me.what": "A person reads it before anything else happens.",
    "attacked.need-help": "I need help, or something works worse",
    "attacked.need-help.what": "A person writes back.",
    "attacked.appeal": "I want another person to look at it",
    "attacked.text.hint": "One sentence is enough: what you notice, what you need.",
    "appeal.title": "Do you disagree with the decision?",
    "appeal.text": "Ask for a new look. Someone who did not take the decision reads your "
    "reasons and answers here. If nobody has within 72 hours, what is limited is lifted.",
    "appeal.reason": "Why is it wrong?",
    "appeal.send": "Ask for a new look",
    # the reporter's page
    "reporter.title": "Your report about {subject}",
    "reporter.lead.open": "Thank you. We are working on it.",
    "reporter.lead.fixed": "It was fixed. Thank you for telling us.",
    "reporter.lead.no-abuse": "We looked into it and found no breach of our policy.",
    "reporter.lead.not-ours": "This address is not in our network, so we cannot act on it.",
    "reporter.lead.not-found": "We could not find what you describe. A new sample with time "
    "and zone would help.",
    "reporter.lead.withdrawn": "The case was closed without a measure.",
    "reporter.progress": "How far it has come",
    "reporter.received": "Received",
    "reporter.passed-on": "With our customer",
    "reporter.limited": "Limited in our network",
    "reporter.closed": "Closed",
    "reporter.not-yet": "not yet",
    "reporter.about": "What you told us",
    "reporter.kind": "Kind",
    "reporter.subject": "About",
    "reporter.at": "Received",
    "reporter.others": "Others have reported the same source: {count}.",
    "reporter.next": "You hear from us again before {when} at the latest.",
    "reporter.privacy": "What we pass on",
    "reporter.privacy.text": "Our customer reads what it is about: address, times, kind "
    "and counts, never your lines, your name or your address. "
    "For the same reason this page does not say who our customer is.",
    "reporter.link": "This link works until {when}.",
    "reporter.contact": "Does it go on, or do you have more? Write to {contact} and name "
    "{reference}.",
    # signing in
    "sign-in.title": "Sign in",
    "sign-in.lead": "We send you a link that works once, for ten minutes.",
    "sign-in.address": "Your mail address at the desk",
    "sign-in.send": "Send me a link",
    "sign-in.sent": "Look in your mail",
    "sign-in.sent.text": "If that address belongs to someone at the desk, a link is on its "
    "way. It works once, in this browser.",
    "sign-in.elsewhere": "This link is unknown here. It works in the browser that asked for it, "
    "and nowhere else. Ask for another in this one.",
    "sign-in.plain": "Signing in does not work at this address: browsers keep a session only over "
    "TLS or on this machine itself. Put a proxy with TLS in front, or open a tunnel and go to "
    "the address behind it:",
    "sign-in.again": "Ask for another link",
    "alert.title": "Alert",
    "alert.severity.low": "low",
    "alert.severity.high": "high",
    "alert.severity.critical": "critical",
    "alert.raised": "Raised {at} UTC.",
    "alert.case": "Open case {case}",
    "alert.text": "Press the button to say that you look at it: nobody further is called. Only the "
    "button does that; opening this page does not.",
    "alert.go": "I am looking at it",
    "alert.by": "{who} has been looking at it since {at} UTC. Nobody further is called.",
    "alert.by-link": "Somebody has been looking at it since {at} UTC, by the link that went to "
    "{target}. Nobody further is called.",
    "sign-in.link": "Welcome back",
    "sign-in.link.text": "Press the button to sign in on this device. Only the button uses "
    "the link up, "
    "so a mail scanner that opens it does no harm.",
    "sign-in.go": "Sign in now",
    "sign-in.oidc": "Sign in with",
    "sign-in.oidc.no-group": "None of your groups opens this desk. Ask for:",
    "sign-in.oidc.no-claim": "The sign-in service named no group of yours. Ask its administrator "
    "whether it sends groups to this desk, and for:",
    "sign-in.oidc.kept-back": "You are in more groups than the sign-in service sends, so it sent "
    "none. Ask its administrator to send only the groups, or the roles, that are assigned to this "
    "desk. Your access here is as it was.",
    "sign-in.oidc.refused": "You were not let in: this sign-in is too old, or your account is not "
    "of this desk. Try again, or ask an operator of the desk.",
    "sign-in.oidc.away": "The sign-in service does not answer. Try again in a moment.",
    "sign-in.oidc.taken": "Your roles changed and are being taken over. Sign in again in a moment.",
    "sign-in.oidc.needed": "You sign in with your organisation's account. The link opens nothing.",
    "sign-in.passkey": "Sign in with a passkey",
    "sign-in.passkey.working": "Follow your device.",
    "sign-in.passkey.failed": "The device did not answer. Try again, or have a link sent.",
    "sign-in.passkey.refused": "That passkey did not let you in: it is not known here, was "
    "removed, or the page was open too long. Try again.",
    "sign-in.passkey.needed": "Your role signs in with a passkey. The link opens nothing.",
    "sign-in.passkey.nowhere": "There are no passkeys here: they need HTTPS or localhost.",
    "sign-in.passkey.elsewhere": "Passkeys need HTTPS or localhost. Here they work at:",
    "sign-in.error.address": "Write your mail address, such as kari@example.org.",
    # errors
    "error.400.title": "We could not read that",
    "error.400.text": "The page sent something we did not expect. Nothing was changed. Go "
    "back and try again.",
    "error.403.title": "You may not do this",
    "error.403.text": "Nothing was changed.",
    "error.404.title": "There is nothing here",
    "error.404.text": "Check that the whole link came along: mail programs sometimes break "
    "long ones in two.",
    "error.405.title": "That needs the button",
    "error.405.text": "This address only takes what the page's own button sends. Nothing was "
    "changed.",
    "error.408.title": "This took too long",
    "error.408.text": "The request did not arrive in time, and nothing was done. Try again, with a "
    "better connection or smaller files.",
    "error.409.title": "Something changed meanwhile",
    "error.409.text": "Nothing was changed by you. Look at the page again and decide anew.",
    "ppl.machine": "The web process may not change roles here. On the machine itself:",
    "error.412.title": "Something changed since you looked",
    "error.412.text": "Nothing was changed by you. Look at the page again and decide anew.",
    "error.410.title": "This link no longer works",
    "error.410.text": "It was used already, is too old, or was withdrawn. Nothing is lost: "
    "ask us for a new one.",
    "strange.title": "We cannot show this just now",
    "strange.text": "A record in our database is not as we wrote it. Nothing was changed. Whoever "
    "runs this service finds it with the command aupkeep verify.",
    "erased.title": "This was erased",
    "erased.text": "Its time was over, under the rule “{rule}”. The journal still shows that it "
    "was there and when it was erased; what it said is gone and cannot be brought back.",
    "error.422.title": "Something is missing",
    "error.422.text": "Nothing was changed. Go back, correct it and send it again.",
    "error.421.title": "This is not our address",
    "error.421.text": "This install answers under the names it was given: [provider] url and "
    "[web] hosts. Its operator can add this one.",
    "error.500.title": "We made a mistake",
    "error.500.text": "The fault is ours and has been written down. Nothing you sent was "
    "half done. Please try again in a while.",
    "error.503.title": "We cannot answer just now",
    "error.503.text": "Nothing was lost and nothing was changed. Please try again in a few "
    "minutes.",
    "error.csrf": "The form was too old, or cookies are switched off. Load the page again "
    "and send it once more.",
    "error.home": "Go to the start page",
}
