"""An object store on the router, moto's server, with one page an object."""

import shutil
from pathlib import Path

from aupkeep.lab.edge.system import (
    PATIENCE,
    QUESTIONS,
    SOURCES,
    EdgeHarm,
    EdgeRun,
    EdgeSystem,
    Options,
)
from aupkeep.lab.namespaces import GATES, ROUTER, Lab
from aupkeep.lab.world import LabWorld
from aupkeep.model.ladder import Measure

PORT = 9000
STORE, BUCKET = "objects.example", "shop"  # a bucket is asked for by its name before the store's
SITE = f"{BUCKET}.{STORE}:{PORT}"


def _s3_lacks() -> str | None:
    if shutil.which("moto_server"):
        return None
    return 'moto_server is missing (pip install "moto[server]" into a venv of its own, on the PATH)'


def _start_s3(world: LabWorld, lab: Lab, folder: Path) -> None:
    words = ["moto_server", "-H", "0.0.0.0", "-p", str(PORT)]  # noqa: S104 - of a namespace
    lab.popen(ROUTER, words, folder / "out")
    paths = [f"/{BUCKET}", f"/{BUCKET}/login"]
    paths += [f"/{BUCKET}/login-{number}" for number in range(len(SOURCES))]
    put = [*QUESTIONS, "store", GATES["internet"], str(PORT), *paths]
    world.wait(lambda: lab.run(ROUTER, put, timeout=PATIENCE).stdout.strip() == "200", "the store")


def _s3_targets(_: Path) -> dict[str, Options]:
    options = {
        "endpoint": f"http://127.0.0.1:{PORT}",
        "access_key": "aupkeep",
        "secret_key": "of a lab alone",
        "hosts": [STORE],
    }
    return {"store": {"driver": "s3", "names": [f"*.{STORE}"], "options": options}}


def _asked(run: EdgeRun, path: str) -> str:
    return run.ask("internet", "page", GATES["internet"], str(PORT), SITE, path)


def _unserved(run: EdgeRun) -> list[str]:
    paths = ("/login", f"/login-{(run.number + 1) % len(SOURCES)}")
    return [f"{SITE}{path}" for path in paths if _asked(run, path) != "200"]


SYSTEM = EdgeSystem(
    name="s3",
    harms=(
        EdgeHarm(
            name="page-s3",
            says="a page that steals passwords, an object of a bucket",
            driver="s3",
            kind="content/phishing",
            measure=Measure.BLOCK_URL,
            alone=True,
            finding=lambda run: {"url": f"http://{SITE}/login-{run.number}"},
            goes_on=lambda run: _asked(run, f"/login-{run.number}") == "200",
            unserved=_unserved,
        ),
    ),
    programs={},
    write=lambda _: None,
    start=_start_s3,
    targets=_s3_targets,
    lacks=_s3_lacks,
)
