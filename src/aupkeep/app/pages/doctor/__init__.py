"""What is not set up or waits for it: found, with the one command that fixes each.

`load.doctor` collects what every check finds. The pages show what of it stops the work now;
`aupkeep doctor` shows all, by `examine.examine`, which answers too where the database does not.

| what is looked at | where |
|---|---|
| each finding in words, with its command | `checks`, as `records` |
| whose word on senders is believed | `relay_trust` |
| connections to other machines | `transport` |
| a clock that was set | `clock` |
| work that nobody does, processes that say nothing | `work` |
| services past their hold | `terminations` |
| mailboxes read by IMAP | `mailboxes` |
| webhooks that are stopped or fail | `webhooks` |
| disk, mail, feeds, senders | `machine` |
| what the DNS says of our domains | `mail_names` |
| what may leave in listen mode | `grant_checks` |
| cases of which no rule speaks | `proposals` |
| whether anybody is known to hold anything | `holdings` |
| the issuer of single sign-on | `single_sign_on` |
| logos | `brands` |
| what others see of us | `asked_outside` asks them, `outside` judges |
| who on call is told of it | `alarms` |
"""
