"""English, the public notice form."""

WORDS = {
    "report.title": "Report abuse",
    "report.lead": "Tell {operator} about something in its network that is unlawful or breaks its "
    "acceptable use policy. You need no account. What is it about?",
    "report.listen": "This desk is being set up: your notice is kept and read, but no mail is "
    "sent yet. Keep the link to its page.",
    "report.group.attack": "A machine attacks or floods",
    "report.group.deceit": "Somebody is to be tricked",
    "report.group.rights": "Somebody's rights",
    "report.group.people": "People are hurt",
    "report.group.else": "Something else",
    "report.matter.phishing": "Report phishing",
    "report.matter.phishing.what": "A page or mail that pretends to be somebody else to get "
    "passwords, codes or cards.",
    "report.matter.malware": "Report harmful software",
    "report.matter.malware.what": "A page or file that infects machines, or a server that steers "
    "infected ones.",
    "report.matter.spam": "Report spam",
    "report.matter.spam.what": "Mail or messages to many who did not ask for them.",
    "report.matter.break-in": "Report break-in attempts",
    "report.matter.break-in.what": "Guessed passwords, exploits, logins that were not allowed.",
    "report.matter.scan": "Report scanning",
    "report.matter.scan.what": "A machine that tries many ports or addresses.",
    "report.matter.flood": "Report a flood (denial of service)",
    "report.matter.flood.what": "Traffic sent to make a service unusable.",
    "report.matter.fraud": "Report fraud",
    "report.matter.fraud.what": "A shop that does not deliver, a false investment or lottery.",
    "report.matter.copyright": "Report a copyright infringement",
    "report.matter.copyright.what": "Your work, or one you may speak for, is spread without "
    "permission.",
    "report.matter.brand": "Report misuse of a brand",
    "report.matter.brand.what": "A name, logo or design used without permission.",
    "report.matter.privacy": "Report exposed private data",
    "report.matter.privacy.what": "Other people's data lies open, or was published against their "
    "will.",
    "report.matter.intimate": "Report intimate pictures",
    "report.matter.intimate.what": "Spread without the consent of whoever is in them.",
    "report.matter.harassment": "Report harassment",
    "report.matter.harassment.what": "Somebody is followed, threatened or bullied.",
    "report.matter.defamation": "Report defamation",
    "report.matter.defamation.what": "Untrue statements that harm somebody's good name.",
    "report.matter.hate": "Report hate speech",
    "report.matter.hate.what": "Hatred against people for what they are.",
    "report.matter.threat": "Report a threat or a call to violence",
    "report.matter.threat.what": "Is somebody in danger now? Call the police first.",
    "report.matter.terror": "Report terrorist content",
    "report.matter.terror.what": "Praise of, instructions for or calls to terrorism.",
    "report.matter.child": "Report sexual abuse of children",
    "report.matter.child.what": "You need not give your name. Send no picture and no film.",
    "report.matter.goods": "Report forbidden goods",
    "report.matter.goods.what": "Offers of what the law does not allow to be sold.",
    "report.matter.other": "Report something else",
    "report.matter.other.what": "Anything else that is unlawful or breaks the policy.",
    "report.mail": "Rather write a mail?",
    "report.mail.text": "Machines and abuse desks write to {contact}, best in XARF or ARF. A "
    "program can file notices too; the provider's documentation says how.",
    "report.other": "It is about something else",
    "report.optional": "(optional)",
    "report.error": "Not sent",
    "report.errors": "Something is missing before we can go on",
    "report.child": "Write only where it is. Do not send the material, a copy or a picture of "
    "the screen: that may itself be a crime. Nobody here will open it.",
    "report.where": "Where exactly?",
    "report.where.hint": "One a line: the whole web address, or an address such as "
    "203.0.113.7:41822, with its port if you know it. At most 20.",
    "report.at": "When?",
    "report.at.hint": "The last time you saw it, as your clock or log shows it.",
    "report.zone": "In which time zone?",
    "report.zone.hint": "That of the clock or log. Many logs are in UTC.",
    "report.zone.choose": "Choose a zone",
    "report.zone.places": "By place (summer time is heeded)",
    "report.zone.offsets": "By distance from UTC",
    "report.why": "Why is it unlawful or against the policy?",
    "report.why.hint": "In your own words: what happens, whom it harms, which law or rule it "
    "breaks if you know. Leave private data out; we may have to show it to our customer.",
    "report.lines": "Log lines or mail headers",
    "report.lines.hint": "Paste them as they are, with times. Our customer may see them, with "
    "your own data hidden.",
    "report.upload": "Files",
    "report.upload.hint": "A mail as .eml, a log: at most 5 files, {most} MB together. They are "
    "kept as they are and never run.",
    "report.upload.kept": "File {number}, {size} bytes, is kept",
    "report.rights": "The work and your right to it",
    "report.work": "Which work?",
    "report.work.hint": "Title, author, year, and where it can lawfully be found.",
    "report.authority": "You are",
    "report.authority.owner": "the owner of the right",
    "report.authority.agent": "allowed to act for the owner",
    "report.contact": "Postal address and telephone",
    "report.contact.hint": "If we should reach you by other means than mail.",
    "report.you": "You",
    "report.you.text": "The law asks for name and address of who files a notice. Our customer "
    "never sees them.",
    "report.you.anonymous": "You may leave both empty. Then we cannot tell you what came of it by "
    "mail, but the page after sending can.",
    "report.name": "Name",
    "report.name.hint": "Yours, or your organisation's.",
    "report.email": "Mail address",
    "report.email.hint": "We send one mail with a button that proves it is yours. Until then "
    "your notice waits for a person.",
    "report.statement": "Your statement",
    "report.good_faith": "I believe in good faith that what I have written is accurate and "
    "complete.",
    "report.sworn": "The information is accurate and, under penalty of perjury, I am the owner "
    "of the right or allowed to act for the owner.",
    "report.signature": "Signature",
    "report.signature.hint": "Write your full name.",
    "report.misuse": "Who often files notices that are plainly unfounded may not be heard for a "
    "time.",
    "report.check": "Look at it before sending",
    "report.look": "Is this right?",
    "report.look.text": "So we understood it. Nothing has been sent yet.",
    "report.kind": "About",
    "report.as-written": "you wrote {text}",
    "report.nameless": "Without a name",
    "report.send": "Send the notice",
    "report.change": "Change it",
    "report.next": "After sending you get a page with a number. The mail with the button comes "
    "at once. A person or a written rule decides, and you hear the reasons.",
    "report.next.anonymous": "After sending you get a page with a number. Keep its link: it is "
    "the only way to see what came of it.",
    "report.noscript": "Please take {wait} to read it through, then send: the short wait "
    "keeps robots out.",
    "report.proof.working": "Your browser does a sum that keeps robots out. It takes some seconds.",
    "report.proof.done": "Ready to send.",
    "report.proof.sending": "It is sent as soon as the sum is done.",
    "report.soon": "Nearly: please wait {wait}, then press the button once more. Nothing is lost.",
    "report.busy": "Many notices came from your network, or with your mail address. Please press "
    "the button again in {wait}; nothing is lost while this page is open. In haste? Write a mail.",
    "report.again": "This page was used before, or is more than a day old. Nothing is lost: look "
    "again, and press the button once more.",
    "report.seconds": "{count:second|seconds}",
    "report.minutes": "{count:minute|minutes}",
    "report.confirm": "Is this your address?",
    "report.confirm.text": "The notice {reference} was filed with the address {email}. Press the "
    "button if that was you.",
    "report.confirm.go": "Yes, I filed it",
    "report.confirm.not": "Was it not you? Then do nothing and close this page.",
    "report.error.missing": "Please fill it in.",
    "report.error.long": "At most {most} characters.",
    "report.error.line": "One line of ordinary characters, please.",
    "report.error.where.missing": "Write at least one web address or network address.",
    "report.error.where.many": "At most 20, one a line. Send the others in a second notice.",
    "report.error.where.unclear": "We cannot read {found}. Write the whole web address with "
    "https:// or a single address such as 203.0.113.7.",
    "report.error.at.missing": "Without the time nobody can say who had the address.",
    "report.error.at.unclear": "Write date and time such as 2026-03-01T12:00. There may have been "
    "no such time on that day.",
    "report.error.at.never": "That time lies ahead of us, or before the year 2000.",
    "report.error.zone.unclear": "Choose the zone of the clock or log: we do not guess it.",
    "report.error.why.missing": "Write a sentence or two.",
    "report.error.email.unclear": "Write an address that a person reads, such as kari@example.org.",
    "report.error.good_faith.missing": "We may only take notices with this statement.",
    "report.error.sworn.missing": "We may only take copyright notices with this statement.",
    "report.error.authority.missing": "Choose one of the two.",
    "report.error.signature.missing": "Write your full name.",
    "report.error.upload.gone": "The file was kept for a day and is gone. Please choose it again.",
    "report.error.upload.many": "At most 5 files.",
    "report.error.upload.large": "The files are too large together.",
    "report.error.upload.full": "There is no room for files just now. Paste the lines instead, or "
    "try again later.",
    "report.error.upload.busy": "Many files came from your network. Try again in {found} seconds, "
    "or paste the lines.",
    "report.error.upload.unwanted": "No files for this matter, please.",
    # what the reporter's page says besides, of a notice filed by the form
    "filed.sent": "We have your notice",
    "filed.number": "Its number is {reference}. Keep the link to this page: it shows what comes "
    "of it.",
    "filed.asked": "Now please look in your mail: press the button in it to prove that the "
    "address is yours. Until then your notice counts as one without a known sender, and waits "
    "for a person.",
    "filed.silent": "No mail could be sent, so your address is not proven. Your notice is kept, "
    "and a person reads it.",
    "filed.confirmed": "Thank you: your address is proven.",
    "filed.anonymous": "You gave no name. A person reads your notice; this page tells when it is "
    "closed.",
    "filed.next": "What happens now",
    "filed.next.read": "A program reads it within minutes and finds out whom it concerns.",
    "filed.next.decide": "What is urgent (an attack, phishing) is looked at within hours, other "
    "matters within some working days.",
    "filed.next.told": "When it is decided you hear the reasons here and by mail.",
    "filed.decided": "The decision",
    "filed.decided.automatic": "Software decided by a written rule.",
    "filed.decided.person": "A person decided.",
    "filed.redress": "Do you disagree?",
    "filed.redress.text": "Write to {contact} and name {reference}: somebody who did not decide "
    "looks at it again, free of charge. You may also complain to the authority that supervises "
    "digital services in your country, and go to court.",
    "error.429.title": "Too much at once",
    "error.429.text": "Nothing was changed. Please try again in a while.",
    "error.413.title": "That is too large",
    "error.413.text": "Nothing was changed. Go back and send less.",
}
