"""styleclf.common.saved_tables: arrays and tables that a crash or another program left are one sentence."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from styleclf.common.saved_tables import cached_array, read_arrays, read_table
from tests.damage import damage_file

DIMENSIONS = {"embeddings": "images numbers", "filename": "images"}


def test_arrays_come_back(tmp_path):
    file = tmp_path / "embeddings.npz"
    arrays = {"embeddings": np.arange(6.0).reshape(3, 2), "filename": np.array(["a", "b", "c"])}
    np.savez(file, **arrays, more=1)
    again = read_arrays(file, DIMENSIONS)
    assert again.keys() == arrays.keys()
    assert all((again[name] == arrays[name]).all() for name in arrays)


@pytest.mark.parametrize("damage", ["empty", "half", "pickle", "text", "other shape"])
def test_damaged_arrays_are_named(tmp_path, damage):
    file = tmp_path / "embeddings.npz"
    np.savez(file, embeddings=np.ones((3, 2)), filename=np.array(["a", "b", "c"]))
    damage_file(file, damage)
    complaint = r"embeddings\.npz is damaged, or of another program \(.+\): remove it"
    with pytest.raises(ValueError, match=complaint) as refusal:
        read_arrays(file, DIMENSIONS)
    assert "allow_pickle" not in str(refusal.value), "NumPy advises to open it all the same"


@pytest.mark.parametrize(
    "arrays",
    [
        {"embeddings": np.ones((3, 2)), "filename": np.array(["a", "b"])},
        {"embeddings": np.ones(3), "filename": np.array(["a", "b", "c"])},
        {"embeddings": np.ones((3, 2))},
        {"embeddings": np.array([{}, None]), "filename": np.array(["a", "b"])},
    ],
)
def test_arrays_of_other_shapes_are_named(tmp_path, arrays):
    file = tmp_path / "embeddings.npz"
    np.savez(file, **arrays)
    with pytest.raises(ValueError, match=r"embeddings\.npz is damaged"):
        read_arrays(file, DIMENSIONS)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_arrays_that_are_no_numbers_are_named_with_their_first_row(tmp_path, value):
    file = tmp_path / "embeddings.npz"
    embeddings = np.ones((4, 3))
    embeddings[2:, 1] = value
    np.savez(file, embeddings=embeddings, filename=np.array(["a", "b", "c", "d"]))
    assert read_arrays(file, DIMENSIONS).keys() == DIMENSIONS.keys()
    complaint = r"embeddings\.npz has NaN or infinity in 2 of 4 rows of embeddings, the first is row 2: remove it"
    with pytest.raises(ValueError, match=complaint):
        read_arrays(file, DIMENSIONS, ["embeddings"])


@pytest.mark.parametrize("embeddings", [np.full((2, 3), "1"), np.ones((2, 3), dtype=complex)])
def test_arrays_of_another_type_than_numbers_are_named(tmp_path, embeddings):
    file = tmp_path / "embeddings.npz"
    np.savez(file, embeddings=embeddings, filename=np.array(["a", "b"]))
    with pytest.raises(ValueError, match=r"embeddings\.npz is damaged, embeddings are of the type .* and not numbers"):
        read_arrays(file, DIMENSIONS, ["embeddings"])


@pytest.mark.parametrize("cell", ["", "nan", "inf", "high"])
def test_a_cell_that_is_no_number_is_named_with_its_row(tmp_path, cell):
    file = tmp_path / "novelty.csv"
    file.write_text(f"filename,novelty\na.jpg,0.5\nb.jpg,{cell}\n")
    assert len(read_table(file, ["novelty"])) == 2
    with pytest.raises(ValueError, match=rf"novelty\.csv has '{cell}' as novelty in row 1, which is not a number: "):
        read_table(file, ["novelty"], numbers=["novelty"])


def test_a_cache_is_an_array_of_its_shape_or_nothing(tmp_path):
    file = tmp_path / "cache.npy"
    assert cached_array(file, (3, None), "<f4") is None
    np.save(file, np.ones((3, 2), dtype="<f4"))
    assert isinstance(cached_array(file, (3, None), "<f4"), np.memmap)
    for shape, dtype in [((4, None), "<f4"), ((3, 3), "<f4"), ((3,), "<f4"), ((3, None), "u1")]:
        assert cached_array(file, shape, dtype) is None
    for damage in ("empty", "half", "pickle", "text"):
        np.save(file, np.ones((3, 2), dtype="<f4"))
        damage_file(file, damage)
        assert cached_array(file, (3, None), "<f4") is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", b'time,design\n"open', b"time\n1\n"])
def test_damaged_tables_are_named(tmp_path, content):
    file = tmp_path / "openings.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"openings\.csv (is damaged|lacks the column)"):
        read_table(file, ["time", "design"], str)


def test_a_table_comes_back(tmp_path):
    file = tmp_path / "openings.csv"
    table = pd.DataFrame({"time": ["1", "nan"], "design": ["", "NA"]})
    table.to_csv(file, index=False)
    pd.testing.assert_frame_equal(read_table(file, ["design"], str), table)


@pytest.mark.parametrize(
    "name",
    [
        "data.annotate",
        "data.read_design",
        "evaluation.read_run",
        pytest.param("inference.predict_files", marks=pytest.mark.slow),  # imports torch
    ],
)
def test_wherever_names_of_files_come_into_tables_they_stay_python_strings(name):
    package, function = name.split(".")
    option = "import pandas; print(pandas.get_option('mode.string_storage'))"
    command = [sys.executable, "-c", f"from styleclf.{package} import {function}; {option}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "python\n"
