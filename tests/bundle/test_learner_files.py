"""bundle.learner_files: what is no exported learner is told by its bytes."""

import io
import pickle
import zipfile

import pytest
import torch

from styleclf.bundle.learner_files import check_learner_file


def zipped(**members):
    """A zip file of texts, as bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            dated = zipfile.ZipInfo(name)  # of 1980: the time of now would be in the names of tests
            archive.writestr(dated, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "is empty: copy it anew"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "is a pointer of Git LFS .*: git lfs pull"),
        (b"\n<!DOCTYPE html>", "is a web page and not the file itself"),
        (b"filename,label\n", "is no exported learner, but a file of another kind: name the file model.pkl"),
        (pickle.dumps(["a", "list"]), "is a pickle of another program and no exported learner"),
        (zipped(readme="text"), "holds other files and no learner"),
        (zipped(readme="text")[:30], "is damaged, it may have been cut off"),
    ],
)
def test_files_of_other_kinds_are_named(tmp_path, content, sentence):
    (tmp_path / "m.pkl").write_bytes(content)
    with pytest.raises(ValueError, match=f"m.pkl {sentence}"):
        check_learner_file(tmp_path / "m.pkl")


def test_one_wrong_bit_in_the_weights_is_found(tmp_path):
    content = bytearray(zipped(**{"data.pkl": "fastai", "weights": "0000"}))
    file = tmp_path / "m.pkl"
    file.write_bytes(content)
    check_learner_file(file)
    position = content.index(b"0000")
    content[position] ^= 1
    file.write_bytes(content)
    with pytest.raises(ValueError, match=r"m\.pkl is damaged, weights in it is not what was written: copy it anew"):
        check_learner_file(file)


def test_weights_are_no_learner(tmp_path):
    torch.save({"weight": torch.zeros(2)}, tmp_path / "w.pth")
    with pytest.raises(ValueError, match="holds weights or other values and no learner"):
        check_learner_file(tmp_path / "w.pth")
