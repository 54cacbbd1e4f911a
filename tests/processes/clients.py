"""People at work at a running site while something is taken away from it."""

import threading
import time
from dataclasses import dataclass

from tests.processes import sites


@dataclass
class Said:
    """An answer, when its request was sent, and when it came."""

    began: float
    ended: float
    answer: sites.Answer
    path: str
    number: int | None = None


class Client(threading.Thread):
    """Asks one thing after the other until told to stop, and notes every answer."""

    def __init__(self, person):
        super().__init__(daemon=True)
        self.person = person
        self.said = []
        self.end = threading.Event()
        self.start()

    def run(self):
        while not self.end.is_set():
            self.once()

    def stop(self):
        self.end.set()
        self.join(60)
        assert not self.is_alive()

    def ask(self, path, fields=None, number=None):
        began = time.monotonic()
        answer = self.person.get(path) if fields is None else self.person.post(path, fields)
        self.said.append(Said(began, time.monotonic(), answer, path, number))
        return answer


class Reader(Client):
    """Reads pages."""

    paths = ("/", "/returns/", "/plants/daye/", "/competitions/national/rankings/", "/healthz")

    def once(self):
        for path in self.paths:
            self.ask(path)


class Reporter(Client):
    """Posts the same number into every cell of a return, then the next one; sends again what was not taken."""

    def __init__(self, person, path, measures):
        self.path, self.measures, self.number, self.cells = path, measures, 0, {}
        super().__init__(person)

    def once(self):
        cells = sites.was(self.ask(self.path).text)
        # Where the page does not come, the one in hand is filled in.
        self.cells = {
            name: text for name, text in cells.items() if name.partition(".")[2] in self.measures
        } or self.cells
        if not self.cells:
            return
        self.number += 1
        fields = {f"was.{name}": text for name, text in self.cells.items()}
        fields |= {f"f.{name}": str(self.number) for name in self.cells}
        answer = self.ask(self.path, fields, self.number)
        while answer.status == 503 and not self.end.wait(0.05):
            answer = self.ask(self.path, sites.kept(answer.text), self.number)
