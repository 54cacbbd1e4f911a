"""A backup as a file: a zip with a manifest that names every other file in it with size and SHA-256.

Unpacked into a folder it is the same backup. The hashes show what was damaged or changed by mistake; they are no
signature, so a backup is as trustworthy as the place where it is kept.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = "inter-factory-competition-backup-1"
MANIFEST = "manifest.json"
CHUNK = 1024**2
# Compressed already, by the program that wrote it.
STORED = {".dump", ".zip", ".pdf", ".jpg", ".jpeg", ".png", ".xlsx"}

Folder = Path | zipfile.Path


class Unfit(Exception):
    """A backup that cannot be made or taken; the text says why and, where there is something, what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `rows` counts the rows of each table, `files` tells bytes and SHA-256 of each file."""

    made_at: str
    code_version: str
    engine: str
    database: str
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    format: str = FORMAT


def pack(target: Path, manifest: Manifest, files: Iterator[tuple[str, Path]]) -> None:
    """Write the files, each under its name, and then the manifest, which this completes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files:
            entry = zipfile.ZipInfo.from_file(path, name, strict_timestamps=False)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix.lower() in STORED else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as into:
                manifest.files[name] = _copy(source, into)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))


def unpack(source: Path, into: Path) -> Manifest:
    """Copy a backup, a zip or a folder, to the empty folder `into`, comparing every file with the manifest.

    Raises Unfit where a file is missing, too many, damaged or changed.
    """
    try:
        if source.is_dir():
            return _unpack(source, into)
        with zipfile.ZipFile(source) as archive:
            return _unpack(zipfile.Path(archive), into)
    except FileNotFoundError as error:
        raise Unfit(f"{source} is not there.") from error
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Unfit(f"{source} cannot be read to its end, so it is damaged: {error}") from error


def _unpack(folder: Folder, into: Path) -> Manifest:
    manifest = _read_manifest(folder)
    found = set(_names(folder)) - {MANIFEST}
    for name in sorted(set(manifest.files) | found):
        if name not in manifest.files:
            raise Unfit(f"{name} lies in the backup, but the manifest does not name it.")
        if name not in found:
            raise Unfit(f"{name} is missing from the backup.")
        target = into / _safe(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with folder.joinpath(name).open("rb") as source, target.open("wb") as copy:
            if _copy(source, copy) != manifest.files[name]:
                raise Unfit(f"{name} is not as it was when the backup was made: its SHA-256 differs.")
    return manifest


def _read_manifest(folder: Folder) -> Manifest:
    try:
        document = json.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**document)
    except (FileNotFoundError, KeyError, TypeError, ValueError) as error:
        raise Unfit("This is no backup of this program: its manifest is missing or cannot be read.") from error
    if manifest.format != FORMAT:
        raise Unfit(f"The backup is of the format {manifest.format}, which this version does not know.")
    return manifest


def _names(folder: Folder, prefix: str = "") -> Iterator[str]:
    """The files of the folder and of those in it, by their names from its root."""
    for each in folder.iterdir():
        name = f"{prefix}{each.name}"
        if each.is_dir():
            yield from _names(each, f"{name}/")
        else:
            yield name


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise Unfit(f"{name} would lie outside of the backup.")
    return path


def _copy(source: IO[bytes], into: IO[bytes]) -> dict[str, Any]:
    """Copy and answer the size and SHA-256 of what was copied."""
    sha256, count = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        into.write(chunk)
        sha256.update(chunk)
        count += len(chunk)
    return {"bytes": count, "sha256": sha256.hexdigest()}
