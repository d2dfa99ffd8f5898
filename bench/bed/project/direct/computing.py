# bed: group=cpu forms=both
"""Work that keeps the processor for long."""

import bz2
import gzip
import hashlib
import lzma
import zlib
from pathlib import Path

import bcrypt
import pandas as pd
from argon2 import PasswordHasher
from PIL import Image


async def derives(password: bytes):
    return hashlib.pbkdf2_hmac("sha256", password, b"salt", 600_000)  # blocks: cpu


async def scrypts(password: bytes):
    return hashlib.scrypt(password, salt=b"s", n=2**14, r=8, p=1)  # blocks: cpu


async def hashes_password(password: bytes):
    return bcrypt.hashpw(password, bcrypt.gensalt())  # blocks: cpu


async def checks_password(password: bytes, known: bytes):
    return bcrypt.checkpw(password, known)  # blocks: cpu


async def hashes_with_argon(password: str):
    return PasswordHasher().hash(password)  # blocks: cpu


async def hashes_file(path: Path):
    return hashlib.sha256(path.read_bytes()).hexdigest()  # blocks: file


async def digests_file(path):
    with open(path, "rb") as handle:  # blocks: file
        return hashlib.file_digest(handle, "sha256")  # blocks: file


async def hashes_in_chunks(path):
    summary = hashlib.sha1()
    with open(path, "rb") as handle:  # blocks: file
        while chunk := handle.read(65536):  # blocks: file
            summary.update(chunk)
    return summary.hexdigest()


async def deflates():
    return zlib.compress(b"x" * 80_000_000, 9)  # blocks: cpu


async def inflates(path: Path):
    packed = path.read_bytes()  # blocks: file
    return zlib.decompress(packed)  # blocks: cpu


async def gzips():
    return gzip.compress(bytes(200_000_000))  # blocks: cpu


async def bzips():
    return bz2.compress(bytes(100_000_000))  # blocks: cpu


async def xzs():
    return lzma.compress(bytes(100_000_000))  # blocks: cpu


async def reads_frame():
    return pd.read_csv("big.csv")  # blocks: file


async def reads_sheet(path):
    return pd.read_excel(path)  # blocks: file


async def writes_frame(rows):
    pd.DataFrame(rows).to_parquet("big.parquet")  # blocks: file


async def opens_image(path):
    return Image.open(path)  # blocks: file


async def thumbnails(path):
    with Image.open(path) as picture:  # blocks: file
        picture.thumbnail((128, 128))  # blocks: cpu
        picture.save("small.png")  # blocks: file
