"""What the processes of test_alternation.py do: light, because each of them imports this."""

import os
import time


def two_turns(log, name, turns):
    """Writes down when it begins and ends a turn."""
    for i in range(2):
        for what in ("begins", "ends"):
            with open(log, "a") as file:
                file.write(f"{name} {what}\n")
            time.sleep(0.02)
        turns.end_turn(f"turn {i}")
    return name, turns.seconds, os.getpid()


def refuses(turns):
    """Was given bad input."""
    raise ValueError("the size is wrong")


def vanishes(turns):
    """Is killed."""
    os._exit(9)


def fails(turns):
    """Has a bug."""
    raise KeyError("bug")
