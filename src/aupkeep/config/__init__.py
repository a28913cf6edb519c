"""Where an install keeps its things and how it is set: paths, settings, keys, YAML.

`Home(path)` names every file under `$AUPKEEP_HOME`; `load(home)` reads `aupkeep.toml` there, and an
install without that file works: each option has a default. Keys live one to a purpose under
`keys/`, mode 0600, so that whoever can sign a desired state cannot also sign the journal.
"""
