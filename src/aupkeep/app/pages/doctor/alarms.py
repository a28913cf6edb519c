"""Alarms for the person on call: what stops the work, and urgent cases that nobody handles."""

from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.app.notifying.alerts import raise_alert
from aupkeep.app.notifying.notices import language_of
from aupkeep.app.pages.doctor.load import page_hindrances
from aupkeep.app.pages.labels import kind_title
from aupkeep.model.alert import Severity
from aupkeep.store import cases

LEFT = timedelta(minutes=15)  # that an urgent case may stand without anybody dealing with it
WAITS = {
    "en": "case {case} ({kind}, {urgency}) is open and nobody decided",
    "nb": "sak {case} ({kind}, {urgency}) er åpen, og ingen har avgjort den",
}
SEVERITIES = {"P0": Severity.CRITICAL, "P1": Severity.HIGH}


def raise_alerts(context: AppContext) -> int:
    """Raise what is new, once a day for each cause; how many. Nothing where nobody is on call."""
    if not context.settings.alerts.to:
        return 0
    raised = [
        raise_alert(context, f"check:{check.check}", Severity.HIGH, f"{check.check}: {check.found}")
        for check in page_hindrances(context)
        if not check.ok
    ]
    language = language_of(context.settings.provider.language)
    for urgency, severity in SEVERITIES.items():
        for case in cases.left_alone(urgency, context.now() - LEFT):
            what = WAITS[language].format(
                case=case.reference, kind=kind_title(case.kind, language), urgency=urgency
            )
            raised.append(raise_alert(context, f"case:{case.reference}", severity, what))
    return sum(alert is not None for alert in raised)
