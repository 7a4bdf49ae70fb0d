"""styleclf.embeddings.atlas.exports: every program has its writer, and no other is known."""

import pytest

from styleclf.embeddings.atlas import exports
from styleclf.embeddings.atlas.exports import PROGRAMS, write_export


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_has_a_writer_of_its_own(program, monkeypatch, tmp_path):
    assert exports._WRITERS[program].__module__ == f"styleclf.embeddings.atlas.{program}"
    monkeypatch.setitem(exports._WRITERS, program, lambda *asked, progress: (*asked, progress))
    assert write_export(program, "records", "folder", out=tmp_path, progress=False) == (
        "records",
        "folder",
        tmp_path,
        False,
    )


def test_an_unknown_program_is_refused(tmp_path):
    with pytest.raises(ValueError, match="--to must be one of pixplot, vikus, csn, parquet, not 'excel'"):
        write_export("excel", None, tmp_path, out=tmp_path)
