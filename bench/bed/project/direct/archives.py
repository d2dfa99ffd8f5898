# bed: group=direct forms=both
"""Archives and compressed files."""

import bz2
import gzip
import lzma
import tarfile
import zipfile


async def unzips(path, folder):
    with zipfile.ZipFile(path) as bundle:  # blocks: file
        bundle.extractall(folder)  # blocks: file


async def reads_member(path):
    bundle = zipfile.ZipFile(path, "r")  # blocks: file
    return bundle.read("manifest.json")  # blocks: file


async def zips(path, names):
    with zipfile.ZipFile(path, "w") as bundle:  # blocks: file
        for name in names:
            bundle.write(name)  # blocks: file


async def untars(path):
    with tarfile.open(path) as bundle:  # blocks: file
        bundle.extractall("out")  # blocks: file


async def tars(bundle: tarfile.TarFile, folder):
    bundle.add(folder)  # blocks: file


async def gunzips(path):
    with gzip.open(path, "rt") as handle:  # blocks: file
        return handle.read()  # blocks: file


async def reads_bz2(path):
    return bz2.open(path).read()  # blocks: file


async def writes_lzma(path, data):
    with lzma.open(path, "wb") as handle:  # blocks: file
        handle.write(data)  # blocks: file


async def reads_bz2_lines(path):
    with bz2.BZ2File(path) as lines:  # blocks: file
        return [line for line in lines]  # blocks: file
