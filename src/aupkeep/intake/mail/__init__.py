r"""A mail, decoded once, and what its headers and words say.

`mail.read_mail(data)` gives a frozen `Mail`: decoded parts with the role of each, attachments,
headers, the fields of a feedback report. Findings point into the text of these parts.

>>> from aupkeep.intake.mail.mail import read_mail
>>> mail = read_mail(b"From: desk@reporter.example\nSubject: Spam\n\nfrom 192.0.2.17")
>>> mail.sender, mail.parts[0].text
('desk@reporter.example', 'from 192.0.2.17')

| to find | look in |
|---|---|
| parts, boundaries, transfer encodings, charsets | `mime`, `decoding` |
| Received headers and who handed the mail over | `received` |
| fields of feedback and delivery reports | `header_fields` |
| names and addresses of header fields | `address_list` |
| HTML as text, and what HTML marks as quoted | `html_text`, `html_quotes` |
| new words, quotes and signatures | `quotes` |
| delivery reports (DSN), their recipients and reasons | `dsn`, `dsn_prose`, `delivery_failures` |
| automatic replies, acknowledgements, read receipts | `auto_reply` |
| mailing lists and newsletters | `list_mail` |
| the case a mail answers to | `case_reference` |
| a report that is taken back | `retraction` |
| a mail that a complaint shows; what of it may be shown on | `shown_mail`, `sent_mail` |
| who got a mail, and its subject without their names | `recipients` |
| zip and gzip, and how much of them is read | `archives`, `decompress`, `budget` |

Forwarded reports need the profiles and parsers, so they have a folder of their own:
`intake.forwarding`.
"""
