"""Whatever files stand in a folder, each row is shown once."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aupkeep.telemetry.history.files import hour_folder, hours, shown_and_hidden, write_file

LIVES = st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=12)


def write(path: Path) -> None:
    path.write_bytes(b"rows")


def files(folder: Path) -> list[str]:
    return [part.path.name for part in shown_and_hidden(folder)[0]]


@given(LIVES)
def test_a_part_is_shown_once_through_any_melting_with_a_crash_each_time(
    tmp_path_factory, lives: list[tuple[bool, int]]
) -> None:
    folder = tmp_path_factory.mktemp("hour")
    number = 0
    for melts, count in lives:
        shown = shown_and_hidden(folder)[0]
        if melts and len(shown) > 1:
            run = shown[:count] if count > 1 else shown
            write_file(
                folder, run[0].first, run[-1].last, write, held=False
            )  # the parts stay: a crash
        else:
            number += 1
            write_file(folder, number, number, write, held=False)
    covered = [n for part in shown_and_hidden(folder)[0] for n in range(part.first, part.last + 1)]
    assert covered == list(range(1, number + 1))


def test_what_a_sweep_left_hides_what_it_was_made_of(tmp_path: Path) -> None:
    write_file(tmp_path, 1, 9, write, held=False)
    write_file(tmp_path, 1, 9, write, held=True)
    assert files(tmp_path) == ["00000001-00000009.held.parquet"]


def test_names_of_other_things_are_no_parts(tmp_path: Path) -> None:
    for name in ("00000001-00000001.parquet.tmp", "1-1.parquet", "notes.txt"):
        write(tmp_path / name)
    assert files(tmp_path) == []


def test_hours_are_told_by_their_folders(tmp_path: Path) -> None:
    folder = hour_folder(tmp_path, "a/../b", 492_324)
    folder.mkdir(parents=True)
    (tmp_path / "site=x" / "hour=yesterday").mkdir(parents=True)
    assert list(hours(tmp_path)) == [(492_324, folder)]
    assert folder.parent.name == "site=a____b"
