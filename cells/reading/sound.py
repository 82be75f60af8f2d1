"""Sound: a WAV file as its loudness and a small spectrogram over time.

Axes: N samples, T frames, F frequencies of the transform.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from cells.core.messages import N_, InputError
from cells.reading.raw import Raw
from cells.reading.source import Source

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE  # ways to write a sample, by their numbers in the header
SAMPLE_FORMATS = {(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32), (FLOAT, 64)}  # with their bits
MOST_CHANNELS, MOST_RATE = 32, 768_000
FRAME = 0.032  # seconds, rounded to a power of two of samples; every half frame a step
BANDS = 8  # octaves, from half the rate downwards
SILENCE = 1e-10  # power, so that silence is -100 dB


@dataclass(frozen=True)
class Header:
    """The way in which samples are written: `sample_format` PCM or FLOAT, `bits` a sample; `start`, `size` in bytes."""

    sample_format: int
    channels: int
    rate: int
    bits: int
    start: int
    size: int


def read_wav(source: Source) -> Raw:
    """Read loudness and spectrogram of a WAV file in dB below full scale, its channels averaged: a table over time.

    A step is half a frame; a frame is Hann-windowed for the spectrogram. `energy` is the mean square of a frame, a band
    the sum of the power spectrum over an octave, divided so that all octaves of a frame add up to its windowed energy.
    """
    with source.opened() as file:
        data = file.read()
    header = parse_header(data)
    samples = samples_of(data, header)
    if not samples.isfinite().all():
        raise InputError(N_("The sound holds samples that are not finite."))
    size = 1 << max(round(np.log2(header.rate * FRAME)), 5)
    samples = torch.nn.functional.pad(samples, (0, max(size - len(samples), 0)))
    energy, bands = features(samples, size)
    edges = [header.rate / 2 / 2**octave for octave in range(BANDS, -1, -1)]
    edges[0] = 0.0
    names = [f"{low:.0f}–{high:.0f} Hz" for low, high in pairwise(edges)]
    table = pd.DataFrame(
        {
            "time": np.arange(len(energy)) * (size // 2) / header.rate,
            "energy": energy.numpy(),
            **{name: band.numpy() for name, band in zip(names, bands, strict=True)},
        }
    )
    kind = f"WAV {header.rate} Hz · {header.bits} bit · {header.channels}"
    return Raw("sound", table, kind, time="time")


def features(samples: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Compute energy (T,) and bands (BANDS, T) of samples (N,) in frames of `size`, in dB."""
    window = torch.hann_window(size)
    hop = size // 2
    energy = samples.unfold(0, size, hop).square().mean(dim=1)
    spectrum = torch.stft(samples, size, hop, window=window, center=False, return_complex=True).abs().square()  # (F, T)
    spectrum[1:-1] *= 2  # the frequencies below zero
    spectrum /= size * window.square().sum()
    frequencies = torch.arange(len(spectrum))
    octave = (BANDS - torch.log2(hop / frequencies.clamp(min=1)).ceil()).clamp(min=0, max=BANDS - 1).long()
    bands = torch.zeros(BANDS, spectrum.shape[1]).index_add_(0, octave, spectrum)
    return decibels(energy), decibels(bands)


def decibels(power: Tensor) -> Tensor:
    """Return power as dB below that of a full-scale constant."""
    return 10 * (power + SILENCE).log10()


def parse_header(data: bytes) -> Header:
    """Read the header of a WAV file. Raises InputError where it cannot be true."""
    sample_format = channels = rate = bits = block = 0
    offset = 12
    while offset + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, offset)
        offset += 8
        if name == b"fmt " and size >= 16 and offset + size <= len(data):
            sample_format, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", data, offset)
            if sample_format == EXTENSIBLE and size >= 26:
                (sample_format,) = struct.unpack_from("<H", data, offset + 24)
        elif name == b"data":
            header = Header(sample_format, channels, rate, bits, offset, size)
            check_header(header, block, len(data) - offset)
            return header
        offset += size + size % 2
    raise InputError(N_("The WAV file holds no sound: its header ends before it."))


def check_header(header: Header, block: int, there: int) -> None:
    """Raise InputError unless the header's numbers fit each other and the `there` bytes that follow."""
    if header.size > there:
        raise InputError(
            N_("The WAV header says bytes of sound: {declared}; there are: {there}."),
            declared=header.size,
            there=there,
        )
    if (header.sample_format, header.bits) not in SAMPLE_FORMATS:
        raise InputError(
            N_("The WAV file is coded in a way not read here (format {way}, {bits} bits): save it as 16-bit PCM."),
            way=header.sample_format,
            bits=header.bits,
        )
    fits = 0 < header.channels <= MOST_CHANNELS and 0 < header.rate <= MOST_RATE
    if not fits or block != header.channels * header.bits // 8:
        raise InputError(
            N_(
                "The WAV header contradicts itself: channels {channels}, bits {bits}, {rate} Hz, bytes a block {block}."
            ),
            channels=header.channels,
            bits=header.bits,
            rate=header.rate,
            block=block,
        )
    if header.size < block:
        raise InputError(N_("The WAV file holds no sound: its header ends before it."))


def samples_of(data: bytes, header: Header) -> Tensor:
    """Return the samples (N,), from −1 to 1, the mean over the channels."""
    width = header.bits // 8
    count = header.size // (width * header.channels) * header.channels
    there = np.frombuffer(data, np.uint8, count * width, header.start)
    values: NDArray[np.floating]
    if header.sample_format == FLOAT:
        values = there.view(f"<f{width}").astype(np.float32)
    elif width == 1:
        values = (there.astype(np.float32) - 128) / 128
    elif width == 3:
        wide = np.zeros((count, 4), np.uint8)
        wide[:, 1:] = there.reshape(count, 3)
        values = wide.view("<i4")[:, 0].astype(np.float32) / 2**31
    else:
        values = there.view(f"<i{width}").astype(np.float32) / 2 ** (header.bits - 1)
    return torch.from_numpy(values.reshape(-1, header.channels).mean(axis=1))
