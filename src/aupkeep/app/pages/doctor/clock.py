"""Whether the machine's clock was set while nothing synchronises it, as a check."""

from datetime import timedelta

from aupkeep.app.pages.doctor.records import DoctorCheck

KEEP_CLOCK = "systemctl start systemd-timesyncd"


def clock_check(step: timedelta | None) -> DoctorCheck:
    """The check; `step` is by how much the clock was set, None where nothing is doubted."""
    if not step:
        text = "not set since the machine started, or synchronised since"
        return DoctorCheck(check="clock", ok=True, found=text)
    way = "ahead" if step > timedelta() else "back"
    text = f"set {abs(step)} {way}; nothing keeps it, so time goes on as it passed"
    return DoctorCheck(check="clock", ok=False, found=text, remedy=KEEP_CLOCK)
