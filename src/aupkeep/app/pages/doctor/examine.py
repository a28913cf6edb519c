"""All checks of `aupkeep doctor`; where the database does not answer, that is the only finding.

It takes some ten seconds at most until it says so.
"""

import shutil
from collections.abc import Callable

from aupkeep.app.context import AppContext
from aupkeep.app.modes import words_on_machine
from aupkeep.app.pages.doctor.load import Probe, doctor
from aupkeep.app.pages.doctor.machine import disk_check
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.config.home import Home, find_home
from aupkeep.model.errors import Unavailable
from aupkeep.store import health
from aupkeep.store.patience import PROBE, patience

ANSWERS = "it answers"
UNHEARD = "what was frozen elsewhere since is not known here"


def examine(open_context: Callable[[], AppContext], probe: Probe) -> tuple[DoctorCheck, ...]:
    """Every check, or what is wrong with the database and how this machine stands without it."""
    try:
        with patience(PROBE, once=True), health.answering():
            context = open_context()
        with patience(2 * PROBE, once=True), health.answering():
            checks = doctor(context, probe)
    except Unavailable as error:
        if not health.is_away(error):
            raise
        return _without(find_home(), str(error))
    return (DoctorCheck(check="database", ok=True, found=ANSWERS), *checks)


def _without(home: Home, why: str) -> tuple[DoctorCheck, ...]:
    """What this machine says by itself."""
    host, port = health.address()
    remedy = f"pg_isready -h {host} -p {port}" if host else f"df {home.path}"
    here = words_on_machine(home)
    frozen = "this machine is frozen" if here else "this machine is not frozen"
    disk = shutil.disk_usage(home.path)
    return (
        DoctorCheck(check="database", ok=False, found=why, remedy=remedy),
        DoctorCheck(check="freeze", ok=False, found=f"{frozen}; {UNHEARD}", remedy=remedy),
        disk_check(disk.free, disk.total, str(home.path)),
    )
