"""Settings: each with its value and where that comes from, and the two switches of the install.

`load.setting_records` answers the page, the command and the API alike; `page.py` has the records.
"""
