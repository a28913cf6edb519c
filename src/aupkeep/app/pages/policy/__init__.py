"""The policy in force: its documents, its clauses word for word, its rules as sentences.

`load.policy_record` answers the page, the command and the API alike; `page.py` has the records.
"""
