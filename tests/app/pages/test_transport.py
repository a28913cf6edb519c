"""Which connections doctor calls unprotected: every setting that names another machine."""

import pytest

from aupkeep.app.pages.doctor.transport import (
    TO_CHECKED,
    TO_HTTPS,
    TO_MAIL_TLS,
    TO_MAIL_TLS_ONLY,
    TO_TLS,
    TO_WITNESS,
    unprotected,
)
from aupkeep.config.settings import MailSettings, ProviderSettings, Settings, WitnessSettings

DB = "postgresql://aupkeep:secret@db.example/aupkeep"


@pytest.mark.parametrize(
    ("settings", "remedies"),
    [
        (Settings(), []),
        (Settings(provider=ProviderSettings(url="https://abuse.example")), []),
        (Settings(provider=ProviderSettings(url="http://abuse.example")), [TO_HTTPS]),
        (Settings(mail=MailSettings(relay_host="::1")), []),
        (Settings(mail=MailSettings(relay_host="mx.example")), [TO_TLS]),
        (Settings(mail=MailSettings(relay_host="192.0.2.25", relay_starttls=True)), []),
        (Settings(mail=MailSettings(host="192.0.2.25")), [TO_MAIL_TLS]),
        (Settings(mail=MailSettings(host="0.0.0.0", tls_certificate="x")), [TO_MAIL_TLS_ONLY]),
        (Settings(mail=MailSettings(host="::", tls_certificate="x", tls_required=True)), []),
        (Settings(mail=MailSettings(host="::", tls_certificate="x", smtp_port=25)), []),
        (Settings(witness=WitnessSettings(witnesses=("http://127.0.0.1/w K",))), []),
        (Settings(witness=WitnessSettings(witnesses=("https://b.example/w K",))), []),
        (Settings(witness=WitnessSettings(witnesses=("http://b.example/w K",))), [TO_WITNESS]),
        (Settings(database=DB), [TO_CHECKED]),
        (Settings(database=f"{DB}?sslmode=require"), [TO_CHECKED]),
        (Settings(database=f"{DB}?sslmode=verify-full"), []),
        (Settings(database="postgresql:///aupkeep?host=/run/postgresql"), []),
        (Settings(database="postgresql:///aupkeep?host=db.example"), [TO_CHECKED]),
        (Settings(database="postgresql://me@%2Frun%2Fpostgresql/aupkeep"), []),
        (Settings(database="postgresql://me@127.0.0.1:5432/aupkeep"), []),
        (
            Settings(database=DB, mail=MailSettings(relay_host="mx.example")),
            [TO_TLS, TO_CHECKED],
        ),
    ],
)
def test_a_connection_to_another_machine_is_checked_or_told(settings, remedies):
    found = unprotected(settings)
    assert [remedy for _, remedy in found] == remedies
    assert "secret" not in str(found)
