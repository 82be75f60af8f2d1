"""Files of bytes, as they are written and as they should not be."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile

import numpy as np

RATE = 16_000


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"shape": shape, "fortran_order": False, "descr": descr})
    return file.getvalue()


def zipped(entries: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def wav(samples: np.ndarray, rate: int = RATE, width: int = 2) -> bytes:
    """Write 16-bit samples (N, channels), widened to `width` bytes."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(samples.shape[1])
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(b"".join(b"\0" * (width - 2) + struct.pack("<h", sample) for sample in samples.flatten()))
    return file.getvalue()


def tone(hertz: float, seconds: float = 0.5) -> np.ndarray:
    times = np.arange(int(RATE * seconds)) / RATE
    return (16384 * np.sin(2 * math.pi * hertz * times)).astype(np.int16)[:, None]


def fmt(way: int = 1, channels: int = 1, rate: int = RATE, bits: int = 16, block: int | None = None) -> bytes:
    block = channels * bits // 8 if block is None else block
    return struct.pack("<HHIIHH", way, channels, rate, rate * block, block, bits)


def riff(form: bytes, sound: bytes, declared: int | None = None) -> bytes:
    size = len(sound) if declared is None else declared
    chunks = struct.pack("<4sI", b"fmt ", len(form)) + form + struct.pack("<4sI", b"data", size) + sound
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks
