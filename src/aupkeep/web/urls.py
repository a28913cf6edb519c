"""The addresses of the pages; `aupkeep.site.urls` includes them.

A link in a mail ends with a slash, so that a mail program does not take the token's last sign for
the end of the sentence; without the slash it works too.
"""

from django.urls import path

from aupkeep.web.views import (
    case,
    customer,
    feeds,
    flows,
    health,
    inbox,
    queue,
    report,
    reporter,
    sign_in,
    sources,
    witness,
)

urlpatterns = [
    path("", queue.start, name="start"),
    path("queue", queue.show, name="queue"),
    path("case/<slug:reference>", case.show, name="case"),
    path("case/<slug:reference>/flows/<slug:exhibit>.<slug:form>", case.flows, name="case-flows"),
    path("case/<slug:reference>/decide", case.decide, name="decide"),
    path("case/<slug:reference>/approve", case.approve, name="approve"),
    path("case/<slug:reference>/judge", case.judge, name="judge"),
    path("case/<slug:reference>/hand-over", case.hand_over, name="hand-over"),
    path("case/<slug:reference>/undo", case.undo, name="undo"),
    path("case/<slug:reference>/close", case.close, name="close"),
    path("case/<slug:reference>/reattribute", case.reattribute, name="reattribute"),
    path("case/<slug:reference>/read", case.read, name="read"),
    path("inbox", inbox.show, name="inbox"),
    path("inbox/<slug:key>", inbox.item, name="inbox-item"),
    path("inbox/<slug:key>/done", inbox.done, name="inbox-done"),
    path("inbox/<slug:key>/mend", inbox.mend, name="inbox-mend"),
    path("feeds", feeds.show, name="feeds"),
    path("flows", flows.show, name="flows"),
    path("sources", sources.show, name="sources"),
    path("sources/<slug:key>", sources.source, name="source"),
    path("sources/<slug:key>/step", sources.step, name="source-step"),
    path("sources/<slug:key>/judge", sources.judge, name="source-judge"),
    path("sign-in", sign_in.ask, name="sign-in"),
    path("sign-in/sent", sign_in.sent, name="sign-in-sent"),
    path("sign-in/<slug:token>/", sign_in.link, name="sign-in-link"),
    path("sign-in/<slug:token>", sign_in.link),
    path("sign-out", sign_in.leave, name="sign-out"),
    path("c/<slug:token>/", customer.show, name="customer"),
    path("c/<slug:token>", customer.show),
    path("c/<slug:token>/reasons.json", customer.reasons, name="customer-reasons"),
    path("r/<slug:token>/", reporter.show, name="reporter"),
    path("r/<slug:token>", reporter.show),
    path("report", report.choose, name="report"),
    path("report/confirm/<slug:token>/", report.confirm, name="report-confirm"),
    path("report/confirm/<slug:token>", report.confirm),
    path("report/<slug:matter>", report.show, name="report-form"),
    path("witness/add-checkpoint", witness.add, name="witness"),
    path("healthz", health.healthz, name="healthz"),
    path(".well-known/security.txt", health.security_txt, name="security-txt"),
]
