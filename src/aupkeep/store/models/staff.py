"""The desk itself: its people, what they sign in by, their sessions, its API tokens, its flags."""

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from aupkeep.store.fields import JsonTextField, PlainTextField


class Staff(AbstractBaseUser):
    """`model.staff.StaffMember` and Django's user: signs in by a one-time link, has no password."""

    id = PlainTextField(primary_key=True)
    address = PlainTextField(unique=True)
    name = PlainTextField()
    language = PlainTextField()
    active = models.BooleanField()
    made_at = models.DateTimeField(null=True)
    roles = JsonTextField(default=list)
    unix_user = PlainTextField(null=True)
    made_by = PlainTextField(null=True)
    set_by = PlainTextField(null=True)
    set_at = models.DateTimeField(null=True)
    second_until = models.DateTimeField(null=True)
    subject = PlainTextField(null=True, unique=True)
    left_at = models.DateTimeField(null=True)
    setters = JsonTextField(default=list)
    last_login = None  # signing in is a journal entry, not a column

    USERNAME_FIELD = "address"

    class Meta:
        db_table = "store_staff"
        constraints = [
            models.UniqueConstraint(
                fields=["unix_user"], name="staff_unix_user", condition=models.Q(active=True)
            )
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's word for `active`."""
        return self.active


class PasskeyRow(models.Model):
    """`model.passkey.Passkey`."""

    id = PlainTextField(primary_key=True)
    staff = PlainTextField(db_index=True)
    name = PlainTextField()
    credential = PlainTextField(unique=True)
    key = PlainTextField()
    uses = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = PlainTextField(null=True)
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_passkey"


class SessionRow(AbstractBaseSession):
    """A session of the pages, by the hash of its cookie; `person` is whose, by address."""

    person = PlainTextField(null=True, db_index=True)

    class Meta:
        db_table = "store_session"


class OidcSessionRow(models.Model):
    """What a session that the issuer vouched for asks it with, sealed; when it was asked last."""

    session = PlainTextField(primary_key=True)
    staff = PlainTextField()
    sealed = PlainTextField()
    checked_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "store_oidc_session"


class TokenRow(models.Model):
    """`model.token.Token`."""

    id = PlainTextField(primary_key=True)
    name = PlainTextField(unique=True)
    digest = PlainTextField(unique=True)
    scopes = JsonTextField()
    trusted = models.BooleanField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    person = PlainTextField(null=True)
    decision = PlainTextField(null=True)
    holder = PlainTextField(null=True)
    target = PlainTextField(null=True)
    made_by = PlainTextField(null=True)
    customer = PlainTextField(null=True)

    class Meta:
        db_table = "store_token"


class TokenUseRow(models.Model):
    """When a token was used last, to some ten minutes: our own note, outside the journal."""

    token = PlainTextField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "store_token_use"


class AgentKeyRow(models.Model):
    """`model.agent_key.AgentKey`."""

    target = PlainTextField(primary_key=True)
    public = PlainTextField()
    pinned_at = models.DateTimeField()
    by = PlainTextField()
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_agent_key"


class AgentContactRow(models.Model):
    """What was heard of a target's agent: no entry, for it decides nothing by itself."""

    target = PlainTextField(primary_key=True)
    public = PlainTextField(default="")
    number = models.BigIntegerField(default=0)
    unsigned_at = models.DateTimeField(null=True)
    refused = PlainTextField(default="")
    refused_at = models.DateTimeField(null=True)
    forked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "store_agent_contact"


class AgentHeardRow(models.Model):
    """The newest report of a target's agent, shortened: no entry, for it decides nothing."""

    target = PlainTextField(primary_key=True)
    at = models.DateTimeField()
    driver = PlainTextField()
    serial = models.BigIntegerField()
    controller = PlainTextField()
    drift = JsonTextField()
    foreign = JsonTextField()
    packets = JsonTextField()
    counted_since = JsonTextField(default=dict)

    class Meta:
        db_table = "store_agent_heard"


class FlagRow(models.Model):
    """`model.flag.Flag`: a switch of the install, such as the listen mode."""

    name = PlainTextField(primary_key=True)
    value = JsonTextField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "store_flag"


class StampRow(models.Model):
    """Which migrations this database has seen: lets a warm start skip the plan."""

    id = models.SmallIntegerField(primary_key=True)
    stamp = PlainTextField()

    class Meta:
        db_table = "store_stamp"
