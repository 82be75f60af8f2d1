"""Arrays and sound as sequences: headers are held against what is there, and nothing is unpickled or blown up."""

from __future__ import annotations

import math
import pickle
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch

from cells import InputError, read_sequence
from cells.reading.limits import MAX_ARRAY_BYTES, MEGABYTE
from tests.cells.reading.made_files import RATE, fmt, header, npy, npz, riff, tone, wav, zipped

DAMAGED = "The file is damaged, cut off or locked with a password: save it anew."


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as raised:
        read_sequence(data)
    return str(raised.value)


class TestArrays:
    @pytest.mark.each_value
    @pytest.mark.parametrize("kind", ["f2", "f4", "f8", ">f8", "i1", "i8", ">i4", "u2"])
    @pytest.mark.parametrize("order", ["C", "F"])
    def test_every_kind_of_number(self, kind: str, order: str) -> None:
        array = np.array([[1, 2], [3, 4], [5, 6]], dtype=kind, order=order)  # type: ignore[call-overload]
        reading = read_sequence(npy(array))
        assert reading.values.tolist() == [[1, 2], [3, 4], [5, 6]]
        assert reading.channels == ("A", "B")
        assert reading.sequence.labels == ("1", "2", "3")
        assert reading.kind == "array"

    def test_truth_values_and_a_single_column(self) -> None:
        assert read_sequence(npy(np.array([True, False]))).values.tolist() == [[1], [0]]

    def test_nan_is_a_hole(self) -> None:
        reading = read_sequence(npy(np.array([1, math.nan, 3])))
        assert reading.values.tolist() == [[1], [2], [3]]
        assert reading.filled.tolist() == [[False], [True], [False]]

    def test_infinity_is_named(self) -> None:
        message = refused(npy(np.array([[1, 2], [3, math.inf]])))
        assert message == "Row 2, column “B”: inf is too large, or not finite."

    def test_float32_is_not_rounded_and_float64_says_so(self) -> None:
        assert read_sequence(npy(np.array([0.1], np.float32))).rounding == 0
        assert read_sequence(npy(np.array([0.1]))).rounding == pytest.approx(1.5e-9, rel=0.01)

    def test_the_arrays_of_an_npz_are_columns(self) -> None:
        days = np.array(["2024-01-01", "2024-01-02", "2024-01-04"], "datetime64[D]")
        reading = read_sequence(npz(day=days, x=np.arange(3.0), y=np.arange(3)))
        assert reading.channels == ("x", "y")
        assert reading.time is not None
        assert reading.time.column == "day"
        assert read_sequence(npz(only=np.ones((4, 3)))).values.shape == (4, 3)

    @pytest.mark.parametrize(
        ("array", "message"),
        [
            (np.array(1.0), "The array has the shape (); a sequence is (steps,) or (steps, features)."),
            (np.ones((2, 2, 2)), "The array has the shape (2, 2, 2); a sequence is (steps,) or (steps, features)."),
            (np.ones((0, 2)), "The array has the shape (0, 2); a sequence is (steps,) or (steps, features)."),
            (np.ones((2, 600)), "The table has 600 columns; at most 512 fit."),
            (np.array(["a"]), "The array holds no numbers but <U1."),
            (np.array([1j]), "The array holds no numbers but complex128."),
        ],
    )
    def test_what_is_no_sequence(self, array: np.ndarray, message: str) -> None:
        assert refused(npy(array)) == message

    def test_arrays_of_several_lengths(self) -> None:
        message = refused(npz(a=np.ones(3), b=np.ones(4)))
        assert message == "Several arrays of one file must be columns of one length; there are a (3,), b (4,)."


class Evil:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


class TestHostileArrays:
    def test_pickles_are_refused_and_not_run(self, tmp_path: Path) -> None:
        made = tmp_path / "made"
        array = np.empty(1, object)
        array[0] = Evil(made)
        alone = tmp_path / "alone.npy"
        alone.write_bytes(pickle.dumps(Evil(made)))
        refusal = "The array holds Python objects, pickled: these are never opened, as they can run anything."
        assert refused(npy(array)) == refused(npz(a=array)) == refusal
        with pytest.raises(InputError, match="This is a pickle, which is never opened"):
            read_sequence(alone)
        assert not made.exists()
        pickle.loads(alone.read_bytes())
        assert made.exists()  # the pickle does what it is feared for

    @pytest.mark.parametrize("shape", [(1 << 40,), (1 << 40, 1 << 40), (3,), (1,)])
    def test_a_header_that_lies_allocates_nothing(self, shape: tuple[int, ...]) -> None:
        tracemalloc.start()
        message = refused(header(shape) + bytes(16))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert message == f"The array's header says bytes: {math.prod(shape) * 8}; there are: 16."
        assert peak < MEGABYTE

    @pytest.mark.parametrize("data", [b"", b"\x09\x09", b"\x01\x00\xff\xff{", b"\x01\x00\x04\x00(((("])
    def test_a_header_that_is_none(self, data: bytes) -> None:
        assert refused(b"\x93NUMPY" + data) == "The array has no header that NumPy understands."

    def test_a_zip_bomb_is_not_unpacked(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.npz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as entry:
            size = MAX_ARRAY_BYTES + MEGABYTE
            entry.write(header((size // 8,)))
            for _ in range(size // MEGABYTE):
                entry.write(bytes(MEGABYTE))
        assert path.stat().st_size < MEGABYTE
        tracemalloc.start()
        message = refused(path.read_bytes())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert message == "The NPZ file is too large: MB unpacked 257 of 256, arrays 1 of 512."
        assert peak < 4 * MEGABYTE

    def test_a_bomb_that_lies_about_its_size_is_held_to_it(self) -> None:
        honest = header((1 << 20,)) + bytes(8 << 20)
        said = honest[:200]
        data = zipped({"a.npy": honest})
        for true, false in ((len(honest), len(said)), (zlib.crc32(honest), zlib.crc32(said))):
            data = data.replace(struct.pack("<I", true), struct.pack("<I", false))
        tracemalloc.start()
        message = refused(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "there are: 72" in message
        assert peak < MEGABYTE

    def test_many_arrays(self) -> None:
        assert "arrays 600 of 512" in refused(zipped({f"{place}.npy": b"" for place in range(600)}))

    def test_an_archive_of_something_else(self) -> None:
        message = refused(zipped({"a.txt": b"hello"}))
        assert message == "This is an archive (ZIP): unpack it, and open one of its files: a.txt."

    @pytest.mark.parametrize("cut", [10, 60, -30])
    def test_a_cut_archive(self, cut: int) -> None:
        assert refused(npz(a=np.ones(100))[:cut]) == DAMAGED

    def test_a_way_of_packing_that_numpy_does_not_use(self) -> None:
        data = zipped({"a.npy": npy(np.ones(3))}, zipfile.ZIP_LZMA)
        assert refused(data) == DAMAGED


class TestSound:
    def test_it_becomes_loudness_and_octaves_over_time(self) -> None:
        reading = read_sequence(wav(tone(1500)))
        assert reading.kind == "sound"
        assert reading.channels[:2] == ("energy", "0–62 Hz")
        assert reading.channels[-1] == "4000–8000 Hz"
        assert len(reading.channels) == 9
        assert reading.sequence.labels[:3] == ("0 s", "0.016 s", "0.032 s")
        assert len(reading.values) == (RATE // 2 - 512) // 256 + 1
        assert reading.filled.sum() == 0
        # A sine of half the full scale has an eighth of its power.
        assert torch.allclose(reading.values[:, 0], torch.tensor(10 * math.log10(1 / 8)), atol=0.1)

    @pytest.mark.parametrize(
        ("hertz", "band"),
        [
            (90, 1),
            pytest.param(200, 2, marks=pytest.mark.exhaustive),
            (700, 4),
            pytest.param(1500, 5, marks=pytest.mark.exhaustive),
            pytest.param(3000, 6, marks=pytest.mark.exhaustive),
            (6000, 7),
        ],
    )
    def test_a_tone_is_in_its_octave(self, hertz: float, band: int) -> None:
        bands = read_sequence(wav(tone(hertz))).values[:, 1:].mean(dim=0)
        assert bands.argmax() == band

    def test_the_octaves_add_up_to_the_energy(self) -> None:
        noise = np.random.default_rng(0).integers(-8000, 8000, (RATE, 1))
        values = read_sequence(wav(noise)).values.double()
        power = 10 ** (values / 10)
        assert power[:, 1:].sum(dim=1).mean().item() == pytest.approx(power[:, 0].mean().item(), rel=0.05)

    @pytest.mark.parametrize("width", [2, 3, 4])
    def test_every_width_is_the_same_sound(self, width: int) -> None:
        usual = read_sequence(wav(tone(440)))
        assert torch.allclose(read_sequence(wav(tone(440), width=width)).values, usual.values, atol=1e-3)

    def test_floating_point_and_8_bits(self) -> None:
        samples = tone(440)[:, 0] / 32768
        usual = read_sequence(wav(tone(440)))
        single = riff(fmt(way=3, bits=32), samples.astype("<f4").tobytes())
        assert torch.allclose(read_sequence(single).values, usual.values, atol=0.01)
        eight = riff(fmt(bits=8), (samples * 128 + 128).astype(np.uint8).tobytes())
        assert torch.allclose(read_sequence(eight).values[:, 0], usual.values[:, 0], atol=0.2)

    def test_channels_are_averaged(self) -> None:
        both = np.hstack([tone(440), tone(440)])
        assert torch.allclose(read_sequence(wav(both)).values, read_sequence(wav(tone(440))).values, atol=1e-3)
        against = np.hstack([tone(440), -tone(440)])
        assert read_sequence(wav(against)).values[:, 0].max() == pytest.approx(-100)

    def test_silence_and_a_single_sample_have_numbers(self) -> None:
        assert torch.allclose(read_sequence(wav(np.zeros((RATE, 1), int))).values, torch.tensor(-100.0))
        assert read_sequence(wav(np.ones((1, 1), int))).values.shape == (1, 9)

    def test_it_can_be_brought_to_another_interval(self) -> None:
        reading = read_sequence(wav(tone(440, 1.0)), interval="100ms")
        assert reading.sequence.labels[1] == "0.1 s"
        assert reading.values[:, 0].std() < 0.1


NO_SOUND = "The WAV file holds no sound: its header ends before it."


class TestHostileSound:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (
                riff(fmt(), bytes(100), 4_000_000_000),
                "The WAV header says bytes of sound: 4000000000; there are: 100.",
            ),
            (riff(fmt(), bytes(100), 102), "The WAV header says bytes of sound: 102; there are: 100."),
            (riff(fmt(), b""), NO_SOUND),
            (riff(fmt(), b"")[:30], NO_SOUND),
            (b"RIFF\0\0\0\0WAVE", NO_SOUND),
            (b"RIFF\0\0\0\0WAVEJUNK\xff\xff\xff\xff", NO_SOUND),
            (
                riff(fmt(channels=0), bytes(100)),
                "The WAV header contradicts itself: channels 0, bits 16, 16000 Hz, bytes a block 0.",
            ),
            (
                riff(fmt(rate=0), bytes(100)),
                "The WAV header contradicts itself: channels 1, bits 16, 0 Hz, bytes a block 2.",
            ),
            (
                riff(fmt(channels=60_000, block=2), bytes(100)),
                "The WAV header contradicts itself: channels 60000, bits 16, 16000 Hz, bytes a block 2.",
            ),
            (
                riff(fmt(way=85), bytes(100)),
                "The WAV file is coded in a way not read here (format 85, 16 bits): save it as 16-bit PCM.",
            ),
            (
                riff(fmt(bits=12, block=2), bytes(100)),
                "The WAV file is coded in a way not read here (format 1, 12 bits): save it as 16-bit PCM.",
            ),
            (
                riff(fmt(way=3, bits=32), struct.pack("<f", math.nan) * 20),
                "The sound holds samples that are not finite.",
            ),
        ],
    )
    def test_a_header_that_lies(self, data: bytes, message: str) -> None:
        assert refused(data) == message
