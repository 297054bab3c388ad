"""Waiting without betting on the host's speed: for a condition, for rest, and with a stopwatch whose
reading the host can set right."""

import time

# Only what never comes shall be given up, however busy the host of the guest is.
PATIENCE = 10
LOOK_SECONDS = 0.03


def wait_for(condition, what, limit=30):
    """Until `condition()` holds; an unhurried TimeoutError names `what` did not come."""
    give_up = time.monotonic() + limit * PATIENCE
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f"no {what} within {limit * PATIENCE} s")
        time.sleep(LOOK_SECONDS)


def comes_to_rest(read, quiet, limit):
    """Wait until what `read()` gives has been the same for `quiet` seconds and for as many looks as
    fit into them: a guest that stood still meanwhile has not been quiet. False after `limit`."""
    give_up = time.monotonic() + limit
    last, since, looks = read(), time.monotonic(), 0
    while time.monotonic() < give_up:
        time.sleep(LOOK_SECONDS)
        found = read()
        if found != last:
            last, since, looks = found, time.monotonic(), 0
            continue
        looks += 1
        if looks * LOOK_SECONDS >= quiet and time.monotonic() - since >= quiet:
            return True
    return False


class Stopwatch:
    """Runs from its making on."""

    def __init__(self):
        self.begin, self.started = time.time(), time.monotonic()

    def read(self):
        """For bed.note(): what the judge's result.measured() takes."""
        return {"seconds": time.monotonic() - self.started, "begin": self.begin,
                "end": time.time()}
