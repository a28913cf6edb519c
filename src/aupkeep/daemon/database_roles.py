"""What each process may do with each table on PostgreSQL: a role of its own, as SQL.

`s`elect, `i`nsert, `u`pdate, `d`elete; `e` empties an entry, as an erasure does, `k` keeps bytes
for longer. Who runs commands for the desk has the role of the owner, not in here. A table without a
line stops a test, so that a new one is not forgotten.

* Nobody but the worker changes an entry, and it what an erasure empties; nobody deletes one.
* The signer adds checkpoints, and changes nothing else.
* What is written once is changed by nobody but the worker, which may delete it: who erases locks
  a row first, and PostgreSQL lets only who may change it do that.
* Cosignatures that no proof needs are deleted by the worker.
* People are changed by the owner's commands, and by the worker where the issuer of the single
  sign-on signed what it does: a web process makes nobody an operator.
* The mail intake and the collector add what was received, and the work that it leaves.
"""

from collections.abc import Iterator

PROCESSES = ("web", "worker", "mailin", "flowd", "signer")
WORDS = {
    "s": "SELECT",
    "i": "INSERT",
    "u": "UPDATE",
    "d": "DELETE",
    "e": 'UPDATE (salt, payload, actor, "case", erased)',  # what an erasure empties
    "k": "UPDATE (kept_at)",
}
TABLES = """
                        web   worker  mailin  flowd  signer
store_entry             si    sie     si      si     s
store_log               siu   siu     siu     siu    s
store_checkpoint        s     s       s       s      si
store_cosignature       s     siud    -       -      -
store_witness           s     siu     -       -      -
store_witnessed_log     siu   s       -       -      -
store_effect            siu   siud    si      siu    -
store_desired           su    siu     -       -      -
store_agent_key         siu   s       -       -      -
store_agent_contact     siu   s       -       -      -
store_agent_heard       siu   siu     -       -      -
store_raw               si    siud    si      si     -
store_mailbox           s     s       siu     -      -
store_bytes             sik   sikd    sik     sik    -
store_idempotency_key   si    siud    si      si     -
store_draft             siud  siud    -       -      -
store_tally             siu   siud    siu     siu    -
store_flag              siu   siu     s       s      -
store_stamp             s     s       s       s      s
store_customer          siu   siu     s       s      -
store_space             siu   siu     s       s      -
store_hosted_name       siu   siud    -       s      -
store_assignment        siu   siu     s       s      -
store_inventory_source  s     siu     -       s      -
store_report            siu   siud    s       s      -
store_inquiry           siu   siud    -       -      -
store_ticket            siu   siud    -       -      -
store_verification      s     s       -       -      -
store_token_use         siu   s       -       -      -
store_name              si    siud    -       -      -
store_case              siu   siud    s       s      -
store_incident          siu   siud    s       s      -
store_claim             siu   siud    s       s      -
store_answer            siu   siud    s       -      -
store_decision          si    siud    s       s      s
store_action            siu   siud    -       s      -
store_statement         si    siud    -       -      -
store_notice            siu   siud    -       -      -
store_link              siu   siud    -       -      -
store_feed              s     siu     -       s      -
store_feed_copy         s     sid     -       s      -
store_feed_item         s     siud    -       s      -
store_policy_document   siu   siu     -       -      -
store_acceptance        si    si      -       -      -
store_permission        siu   siud    -       s      -
store_strike            siu   siud    -       -      -
store_clearance         si    siud    -       -      -
store_approval          siu   siud    -       -      -
store_export_request    siu   siu     -       -      -
store_grant             siu   siu     -       s      -
store_saved_view        siu   s       -       -      -
store_webhook           siu   siu     -       -      -
store_webhook_position  siu   siu     -       -      -
store_absence           siu   s       -       -      -
store_threshold         s     s       -       s      -
store_hold              s     sud     -       -      -
store_adopted_policy    siu   siu     -       s      -
store_moved_flag        s     sd      -       s      -
store_confirmed         sid   sid     s       s      -
store_case_source       sid   sid     -       -      -
store_source            siu   siud    s       s      -
store_staff             s     siu     -       -      -
store_token             siu   siu     -       -      -
store_typed             siud  sd      -       -      -
store_filing            siu   siud    -       -      -
store_session           siud  siud    -       -      -
store_oidc_session      siud  sd      -       -      -
store_passkey           siu   s       -       -      -
django_content_type     -     -       -       -      -
django_migrations       s     s       s       s      s
auth_permission         -     -       -       -      -
auth_group              -     -       -       -      -
auth_group_permissions  -     -       -       -      -
"""


def rights() -> dict[str, dict[str, str]]:
    """Of each table what each process may do, as letters; "" for nothing."""
    lines = [line.split() for line in TABLES.strip().splitlines()[1:]]
    return {
        table: {
            process: letters.replace("-", "")
            for process, letters in zip(PROCESSES, columns, strict=True)
        }
        for table, *columns in lines
    }


def role_of(process: str) -> str:
    """The role of a process: its user's name."""
    return f"aupkeep-{process}"


def role_statements(owner: str) -> Iterator[str]:
    """The SQL that makes the roles and gives each its rights; to be repeated after an upgrade.

    `owner` is the role that has the tables. What a role had before is taken from it first.
    """
    yield "BEGIN;"
    for process in PROCESSES:
        role = role_of(process)
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f'THEN CREATE ROLE "{role}" LOGIN; END IF; END $$;'
        )
        yield f'ALTER ROLE "{role}" RESET role;'
        yield (
            f"DO $$ BEGIN IF pg_has_role('{role}', '{owner}', 'MEMBER') "
            f'THEN REVOKE "{owner}" FROM "{role}"; END IF; END $$;'
        )
        yield f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}";'
        yield f'REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM "{role}";'
        yield f'REVOKE CREATE ON SCHEMA public FROM "{role}";'
        for table, of_process in rights().items():
            if letters := of_process[process]:
                yield f'GRANT {granted(letters)} ON "{table}" TO "{role}";'
        if process != "signer":
            yield f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}";'
    yield "COMMIT;"


def granted(letters: str) -> str:
    """The rights in SQL's words.

    >>> granted("si")
    'SELECT, INSERT'
    """
    return ", ".join(WORDS[letter] for letter in letters)
