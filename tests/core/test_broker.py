"""The embedded broker under two programs at once."""

import multiprocessing
import resource
from queue import Empty

import pytest
from kombu import Connection

from core.broker import SCHEME

MESSAGES = 1500


def connection(folder):
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    return Connection(f"{SCHEME}://localhost/", transport_options=options)


def write(folder):
    with connection(folder) as broker:
        queue = broker.SimpleQueue("work")
        for number in range(MESSAGES):
            queue.put({"number": number, "filling": "x" * 2000})


def test_messages_read_while_they_are_written_are_whole_and_complete(tmp_path):
    """A reader that never rests, beside a writer in another process."""
    writer = multiprocessing.get_context("spawn").Process(target=write, args=(tmp_path,))
    writer.start()
    seen = set()
    with connection(tmp_path) as broker:
        queue = broker.SimpleQueue("work")
        while len(seen) < MESSAGES:
            try:
                message = queue.get(block=False)
            except Empty:
                if not writer.is_alive() and not list(tmp_path.glob("*.msg")):
                    break
                continue
            seen.add(message.payload["number"])
            message.ack()
    writer.join()
    assert seen == set(range(MESSAGES))


@pytest.mark.parametrize("queue", ["one", "two"])
def test_binding_twice_keeps_every_queue(tmp_path, queue):
    with connection(tmp_path) as broker:
        channel = broker.channel()
        for each in ("one", "two", queue):
            channel._queue_bind("celery", each, "", each)
        assert {bound.queue for bound in channel.get_table("celery")} == {"one", "two"}


@pytest.mark.parametrize("room", [0, 10])
def test_message_on_a_full_disk_leaves_nothing_behind_and_later_ones_arrive(tmp_path, room):
    """A limit on the size of files stands for a full disk; the message is refused, not cut off."""
    with connection(tmp_path) as broker:
        # Kombu remembers for the whole process what is bound.
        queue = broker.SimpleQueue(f"room-{room}")
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        try:
            with pytest.raises(OSError):
                queue.put({"number": 1})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert not list(tmp_path.glob("*.msg*"))
        queue.put({"number": 2})
        assert queue.get(timeout=5).payload == {"number": 2}
