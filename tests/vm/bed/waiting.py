"""Waits that do not depend on the speed of the host: for a condition, for silence, and a stopwatch whose
reading the host can correct."""

import time

# So long that it ends only waits for what never comes, however busy the host is.
PATIENCE = 10
LOOK_SECONDS = 0.03


def wait_for(condition, what, limit=30):
    """Wait until `condition()` holds; a TimeoutError names `what` did not come."""
    give_up = time.monotonic() + limit * PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f"no {what} within {limit * PATIENCE} s")
        time.sleep(LOOK_SECONDS)


def comes_to_rest(read, quiet, limit):
    """Wait until `read()` has returned the same for `quiet` seconds and for as many calls as fit into
    them, as a guest that was not scheduled proves nothing. Returns False after `limit` and as many
    calls as fit into that."""
    give_up, left = time.monotonic() + limit, limit / LOOK_SECONDS
    last, since, looks = read(), time.monotonic(), 0
    while time.monotonic() < give_up or left > 0:
        time.sleep(LOOK_SECONDS)
        found = read()
        left -= 1
        if found != last:
            last, since, looks = found, time.monotonic(), 0
            continue
        looks += 1
        if looks * LOOK_SECONDS >= quiet and time.monotonic() - since >= quiet:
            return True
    return False


class Stopwatch:
    """Runs from its creation."""

    def __init__(self):
        self.begin, self.started = time.time(), time.monotonic()

    def read(self):
        """For bed.note(): what the judge's result.measured() takes."""
        return {"seconds": time.monotonic() - self.started, "begin": self.begin,
                "end": time.time()}
