"""The result of a command stands alone on standard output."""

import structlog

from aupkeep.daemon.logs import log_beside_results


def test_what_is_logged_is_no_part_of_the_result(capsys):
    """As JSON the result can be read whatever was logged meanwhile."""
    before = structlog.get_config()
    try:
        log_beside_results()
        structlog.get_logger("any").warning("not erased")
    finally:
        structlog.configure(**before)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "not erased" in captured.err
