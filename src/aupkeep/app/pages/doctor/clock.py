"""Whether the machine's clock was set while nothing synchronises it, as a check."""

from datetime import timedelta

from aupkeep.app.pages.doctor.records import DoctorCheck

KEEP_CLOCK = "systemctl start systemd-timesyncd"


def clock_check(step: timedelta | None) -> DoctorCheck:
    """The check; `step` is by how much the clock was set, None where nothing is doubted."""
    if not step:
        found = "not set since the machine started, or synchronised since"
        return DoctorCheck(check="clock", ok=True, found=found)
    way = "ahead" if step > timedelta() else "back"
    found = f"set {abs(step)} {way}; nothing keeps it, so time goes on as it passed"
    return DoctorCheck(check="clock", ok=False, found=found, remedy=KEEP_CLOCK)
