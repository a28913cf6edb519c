"""Copyright letters: which kind of letter it is, and which URLs it says infringe.

A letter says "I have a good faith belief that https://b.example/copy infringes my work
https://a.example/w". `letters.classify` counts the elements the law asks for (17 USC 512) by the
patterns in `words` and answers: a takedown notice, a counter-notice or a retraction.
`claimed_urls.claimed_urls` answers `https://b.example/copy`. `parsers.copyright` makes findings.
"""
