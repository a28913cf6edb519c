"""Enforcing: actions go out to the agents as a signed state, and what they read back comes in.

A decision blocks TCP port 22 of 203.0.113.70 for 24 hours, and its action is *wanted*.
`desired_state.write_desired` writes the whole state of the target `main`, signed and numbered. The
agent (`agent_run.run_agent`) pulls it, applies the block and reads it back;
`agent_reports.take_reports` writes the action down as *applied*, and only then is the customer
told. Two hours before the end `expiry` tests the harm again: either a new decision is announced,
or the measure ends and is written down as *expired*.

| question | where |
|---|---|
| what would a measure do, and to whom? | `plan` |
| whom and what would it reach besides? | `blast_radius` |
| what was it to hit, what did it hit, and how far off was that? | `hits` |
| by which day was a critical customer told to have moved? | `off_boarding` |
| what stands, and how does each target do? | `standing` |
| what must a suspension of a customer reach, and what does nothing reach? | `services` |
| which drivers are installed? | `driver_list` |
| why is an address limited, by whom, and how is it undone? | `why` |
| what must an agent hold, numbered and signed? | `desired_state` |
| what did an agent see? | `agent_reports` |
| what is an agent believed of that, and what not? | `agent_words` |
| do the systems show it now? | `verify` |
| does a target answer, and how fast? | `probe` |
| does what stands limit anybody? | `effect` |
| by which key is a target's agent known? | `agent_keys` |
| is the harm still live before a measure ends, how is its end recorded? | `expiry` |
| what happens when the address changes hands meanwhile? | `holding_recheck` |
| what happens when a report is judged wrong, or taken back? | `evidence_recheck` |
| what follows once the end of a service was seen? | `service_end` |
| what does a person do by hand? | `by_hand` |
| when does a measure bring its case back to the desk? | `back_to_desk` |
| how is automation stopped at once? | `freeze` |
| how does listen mode begin and end? | `listen` |
| what is diverted, and who looked at how much? | `interceptions` |
| what runs beside the router? | `agent_run`, over `aupkeep.enforcement.agent` |
| what speaks BGP, and holds routes to their ends? | `bgp_run`, over `aupkeep.enforcement.bgp` |

The agent lifts what has ended (`enforcement.execute`). A desired state is a record of
`enforcement.desired`, with its JSON and the signing of it by the home's own key. `desired_state`
fills one from the database and numbers it; where the keys belong to another user (`aupkeep signer
take`) `app.signing` signs (`desired_state._signed`).
`store.desired_states` keeps the newest.
"""
