"""Whoever stops early leaves nothing under way: a late block would go into what is written next."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from wbc_tracker.scale.hands import Hands


def test_who_stops_early_waits_for_what_is_under_way_and_nothing_else_begins():
    released, begun, ended = Event(), Event(), []

    def call(number: int) -> int:
        if number == 1:
            begun.set()
            assert released.wait(10), "nobody let the block go"
        ended.append(number)
        return number

    with ThreadPoolExecutor(1) as executor:
        hands = Hands(executor, 2, executor.submit, release=released.set)
        outcomes = hands.do(call, range(9))
        assert next(outcomes) == 0
        assert begun.wait(10)
        outcomes.close()
        assert ended == [0, 1]
