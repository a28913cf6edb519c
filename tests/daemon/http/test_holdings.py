"""Who loses a connection when somebody holds too many."""

from aupkeep.daemon.http.holdings import Bounds, Holdings

BOUNDS = Bounds(peer=3, own=5, total=8, peer_bytes=100, total_bytes=150)


def test_a_peer_over_its_bound_loses_what_waited_longest():
    held = Holdings[str](BOUNDS)
    for name in "abc":
        assert held.add(name, "one", 0.0, own=False) == []
    held.is_busy("a")
    assert held.add("too soon", "one", 0.9, own=False) == ["too soon"]
    assert held.add("d", "one", 1.0, own=False) == ["b"]  # a is being answered
    held.waits("a", 1.5)  # its turn to wait begins now
    assert [held.add(name, "one", 9.0, own=False) for name in "efg"] == [["c"], ["d"], ["a"]]
    assert held.add("x", "two", 9.0, own=False) == []


def test_where_all_are_answered_the_newcomer_goes():
    held = Holdings[str](BOUNDS)
    for name in "abc":
        held.add(name, "one", 9.0, own=False)
        held.is_busy(name)
    assert held.add("d", "one", 9.0, own=False) == ["d"]
    assert len(held) == 3


def test_at_the_bound_of_all_whoever_holds_most_pays():
    held = Holdings[str](BOUNDS)
    for number in range(5):
        held.add(f"own {number}", "127.0.0.1", 9.0, own=True)
    for number in range(3):
        held.add(f"other {number}", f"192.0.2.{number}", 9.0, own=False)
    assert held.add("last", "192.0.2.9", 9.0, own=False) == ["own 0"]
    assert held.waiting()[-1] == "last"


def test_a_request_behind_a_proxy_counts_for_its_visitor_and_then_for_the_proxy():
    held = Holdings[str](BOUNDS)
    for name in "abcd":
        held.add(name, "proxy", 0.0, own=True)
    assert [held.belongs_to(name, "192.0.2.7", 1.0) for name in "abcd"] == [[], [], [], ["a"]]
    held.waits("b", 1.0)
    assert held.belongs_to("b", "192.0.2.7", 1.0) == []
    held.remove("b")
    held.remove("b")
    assert len(held) == 2


def test_bytes_of_unanswered_bodies_are_bounded():
    held = Holdings[str](BOUNDS)
    for name, peer in (("a", "one"), ("b", "one"), ("c", "two")):
        held.add(name, peer, 0.0, own=False)
    assert held.grows("a", 60)
    assert not held.grows("b", 50)  # of one peer
    held.waits("b", 1.0)
    assert not held.grows("c", 100)  # of all
    held.remove("c")
    assert held.grows("b", 40)
    assert not held.grows("gone", 1)
