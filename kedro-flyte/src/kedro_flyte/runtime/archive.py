"""Folders as one file, for a platform that carries files alone and drops their suffixes."""

import shutil
import zipfile
from pathlib import Path

_MARK = b"kedro-flyte: a folder"


def pack(folder: Path) -> Path:
    """Return an archive of a folder, beside it; it says of itself that it is one."""
    path = Path(shutil.make_archive(str(folder.with_name(f"{folder.name}.packed")), "zip", folder))
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = _MARK
    return path


def is_packed(path: Path) -> bool:
    """Whether a file is what `pack` has made, and not an archive that is data itself."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return archive.comment == _MARK


def unpack(path: Path, folder: Path) -> None:
    """Write what `pack` has packed into a folder."""
    shutil.unpack_archive(path, folder, "zip")
