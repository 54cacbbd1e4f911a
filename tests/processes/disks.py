"""A small disk of a test's own, to be filled up and freed again."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE_MB = 16


class Disk:
    """A file system in memory."""

    def __init__(self, folder):
        self.filling = Path(folder) / "filling"

    def fill(self):
        """Leave no room for a single byte."""
        with self.filling.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017

    def free(self):
        self.filling.unlink()


@contextmanager
def small(folder):
    """A disk of a few megabytes mounted at a folder, or the test is skipped where nothing may be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=700", "tmpfs", folder]
    if os.getuid() != 0 or subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("a small disk cannot be mounted here; it takes root")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
