"""Flat TAP version 13: one line for each check with diagnostics below it, and the plan at the end, as the
checks are counted while they are judged."""

import sys


class Tap:
    """`copy`: a file that gets the same lines."""

    def __init__(self, copy=None, out=sys.stdout):
        self.outs = [out] if copy is None else [out, copy]
        self.count = 0
        self.failed = 0
        self._print("TAP version 13")

    def check(self, ok, what, detail=""):
        self.count += 1
        self.failed += not ok
        # A bare '#' in a description would begin a directive.
        what = " ".join(str(what).split()).replace("#", "\\#")
        self._print(f"{'ok' if ok else 'not ok'} {self.count} - {what}")
        if not ok and detail:
            self.comment(detail)

    def skip(self, what, reason):
        """Skips a check that this kernel or machine cannot make, with the reason."""
        self.count += 1
        what = " ".join(str(what).split()).replace("#", "\\#")
        self._print(f"ok {self.count} - {what} # SKIP {' '.join(str(reason).split())}")

    def comment(self, text):
        for line in str(text).splitlines():
            self._print(f"# {line}".rstrip())

    def plan(self):
        self._print(f"1..{self.count}")
        if self.failed:
            self.comment(f"{self.failed} of {self.count} checks failed")

    def _print(self, line):
        for out in self.outs:
            print(line, file=out, flush=True)
