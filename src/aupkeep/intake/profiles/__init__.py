"""Reporters as data: one small file says how a reporter's mails are known and read.

One example. `intake/reporters/cyscon.yaml` says, among other things:

    name: cyscon
    title: Cyscon C-SIRT
    from: [abuse-reports@cyscon.de]
    kind: content/malware
    read:
      - lines: ["IP: {address}", "URL: {url}", "Tested on: {time}"]

At start `profile_file.read_profile` makes a `profile` of it: an unknown key is an error with its
line, each template (`template`) becomes literals and typed placeholders. A mail from that sender
arrives; `registry.ProfileRegistry.of_sender` finds the profile by its address,
`matching.matching_profiles` compares its marks with the mail, and `reader.ProfileReader` runs its
rules: `run_rules` matches the lines, `placeholders` reads the values (`url_host` the address in a
URL), and a finding is made of each record with the place of every value. A mail that a container's
parser reads (ARF, XARF, a table) is read by that; the profile adds what the container left open.

What each choice costs:

* **Data, no code.** A reporter whose mails need a condition waits for a placeholder or a parser.
* **Templates instead of patterns.** Matching goes once from left to right and never back, so no
  file can make a sandbox worker slow. A line whose literals stand twice may be read shorter than
  meant.
* **The sender finds the profile, and proves nothing.** Anyone can write a From line. What counts is
  the proven domain, decided outside the sandbox; a claim without it stays at E0, whoever is named.
* **A profile adds, it does not overrule.** What a container states stands.
* **A broken file of the operator is left out**, and `aupkeep reporters` says so: a typing error
  must not stop the mail.
"""
