"""One search box: what was typed is read as what it is, answered in a sentence, then listed.

`question.read_question` says what was typed (an address, a prefix, a case, a URL, a name, a
Message-ID, an id, words); `load.search` looks that up and no more (`addresses` for an address or a
prefix), `commands` names pages and forms, `hits` makes what can be opened of what was found;
`sentences` holds the answer's words in both languages, `page` the records. The API and the command
line give the same record.
"""
