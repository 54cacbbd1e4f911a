"""The embedded broker: messages as files in a folder, each of them whole from the moment it is seen.

Kombu's own filesystem transport opens a file in the queue's folder and writes it afterwards; a worker that looks in
between takes an empty message, fails on it and ends. Here a file is written beside the queue and renamed into it.
"""

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import LOCK_EX, exchange_queue_t, lock, unlock
from kombu.utils.json import dumps

SCHEME = "whole-files"


class Channel(filesystem.Channel):
    """A channel whose files appear by renaming, which is atomic."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        name = f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file: Path = self._exchange_file(exchange)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Two programs that start together must not forget each other's binding.
        with file.with_suffix(".lock").open("w") as guard:
            lock(guard, LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                _write_whole(file, dumps([bound, *table]))
            unlock(guard)


def _write_whole(file: Path, text: str) -> None:
    part = file.with_name(f"{file.name}.{uuid4()}.part")
    try:
        part.write_text(text)
        part.rename(file)
    except OSError:
        # A full disk: what was begun would only fill it more.
        part.unlink(missing_ok=True)
        raise


class Transport(filesystem.Transport):
    """Named by `whole-files://` in a broker's address."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
