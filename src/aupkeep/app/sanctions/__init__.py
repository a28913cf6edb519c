"""Sanctions against sources that misuse reporting (DSA Articles 22 and 23), set by a person.

`mail:spammer.example` sent twelve reports, and people judged nine of them manifestly unfounded.
`aupkeep source warn mail:spammer.example --reasons … --as ada@example.com` calls
`sanction.take_step`: the provider's rule allows it, the warning goes out by mail, and the entry
`source-changed` names author, reasons and counts. When the misuse goes on, a suspension follows.
Its later reports wait in the inbox until `held_reports` processes them.

    sanction.py         warn, slow, suspend, trust, restore; a person's judgement of one report
    held_reports.py     reports that wait because their source is suspended, processed after all
    source_details.py   a source with its record, recent reports and history, for people and the API
"""
