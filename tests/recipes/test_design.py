"""recipes/design.py through its real command line: what names mean is said, and painters are kept apart."""

import unicodedata

import pandas as pd
import pytest
from PIL import Image

from tests.recipes.test_recipes import desk, run  # noqa: F401  (desk is a fixture)

STYLES = ("cubism", "rococo")


def paint(images, *names):
    """An image under every name; no two are copies."""
    for number, name in enumerate(names):
        file = images / name
        file.parent.mkdir(parents=True, exist_ok=True)
        colour = (number % 256, number // 256, len(list(file.parent.iterdir())))
        Image.new("RGB", (20, 16), colour).save(file)


def named(pattern, painters=4, works=3):
    """The pattern filled for two styles, painters of their own, and works."""
    names = []
    for style in STYLES:
        for painter in range(painters):
            for work in range(works):
                names.append(pattern.format(style=style, painter=f"{style[:3]}{'abcdefghij'[painter]}", work=work))
    return names


def design_of(desk, images, *flags):
    """What the recipe printed, and the design it made, two folds as the tiny settings say."""
    done = run(desk, "recipes/design.py", "--images", str(images), "--out", str(images.parent / "out"), *flags)
    assert done.returncode == 0, done.stderr
    design = pd.read_csv(images.parent / "out" / "design.csv", keep_default_na=False)
    return done.stdout + done.stderr, design


def check_nobody_in_two_folds(design, n_authors):
    named_rows = design[design["author"] != ""]
    assert named_rows["author"].nunique() == n_authors
    assert named_rows.groupby("author")["fold"].nunique().max() == 1


@pytest.mark.parametrize("work", ["work-{work}", "work_{work}"])
def test_painters_with_folders_of_their_own_are_kept_apart(desk, tmp_path, work):
    paint(tmp_path / "images", *named("{style}/{painter}/" + work + ".jpg"))
    text, design = design_of(desk, tmp_path / "images")
    assert "was read as style/author/title.jpg: the painters are the sub-folders" in text
    check_nobody_in_two_folds(design, 8)


def test_a_layout_that_is_told_is_used_and_said(desk, tmp_path):
    paint(tmp_path / "images", *named("{painter}/{style}/{work}.jpg"))
    text, design = design_of(desk, tmp_path / "images", "--layout", "author/style")
    assert "was read as author/style/title.jpg: as was said" in text
    assert set(design["label"]) == set(STYLES)
    check_nobody_in_two_folds(design, 8)


def test_parts_of_a_split_are_no_styles(desk, tmp_path):
    names = named("{style}/{painter}_{work}.jpg")
    parts = ["train", "val", "test"]
    paint(tmp_path / "images", *[f"{parts[number % 3]}/{name}" for number, name in enumerate(names)])
    text, design = design_of(desk, tmp_path / "images")
    assert "test, train, val are parts of a split and not a style" in text
    assert set(design["label"]) == set(STYLES)
    check_nobody_in_two_folds(design, 8)


def test_photographers_are_authors(desk, tmp_path):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"))
    (tmp_path / "images" / "cubism").rename(tmp_path / "images" / "photo")
    _, design = design_of(desk, tmp_path / "images")
    check_nobody_in_two_folds(design, 8)
    text, design = design_of(desk, tmp_path / "images", "--authorless", "photo")
    assert "authorless drops 4 authors of 12 images" in text
    check_nobody_in_two_folds(design, 4)


def test_results_among_the_images_are_no_style(desk, tmp_path):
    images = tmp_path / "images"
    paint(images, *named("{style}/{painter}_{work}.jpg"))
    paint(images, "@eaDir/x/a_1.jpg", "lost+found/a_1.jpg")
    for _ in range(2):
        done = run(desk, "recipes/design.py", "--images", str(images), "--out", str(images / "results"))
        assert done.returncode == 0, done.stderr
        assert "@eaDir (a folder of the system)" in done.stdout
        assert "results (results of styleclf)" in done.stdout
        assert "no file was rejected" in done.stdout
    design = pd.read_csv(images / "results" / "design.csv")
    assert set(design["label"]) == set(STYLES)


def test_a_table_and_its_files_may_compose_accents_otherwise(desk, tmp_path):
    names = named("{style}/dürer-{painter}_häschen{work}.jpg")
    paint(tmp_path / "images", *[unicodedata.normalize("NFD", name) for name in names])
    rows = [f"{unicodedata.normalize('NFC', name)};{name.split('/')[0]};dürer {name[:12]}" for name in names]
    (tmp_path / "own.csv").write_text("\n".join(["Datei;Stil;Künstler", *rows]), encoding="utf-16")
    _, design = design_of(desk, tmp_path / "images", "--csv", str(tmp_path / "own.csv"))
    assert len(design) == len(names)
    assert all((tmp_path / "images" / name).is_file() for name in design["filename"])


def test_spellings_of_one_painter_are_proposed_and_merged(desk, tmp_path):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"))
    spellings = ["albrecht-dürer", "albrecht-durer", "albrecht dürer", "albrecht-dã¼rer", "dürer, albrecht"]
    paint(tmp_path / "images", *[f"rococo/{name}_{work}.jpg" for name in spellings for work in range(2)])
    text, design = design_of(desk, tmp_path / "images")
    assert "4 spellings may be of the same author or style" in text
    check_nobody_in_two_folds(design, 13)
    by_duerer = design["author"].isin(["albrecht-dürer", "albrecht-durer", "albrecht dürer", "dürer, albrecht"])
    assert design.loc[by_duerer, "fold"].nunique() == 1
    text, design = design_of(desk, tmp_path / "images", "--merge", str(tmp_path / "out" / "merges.csv"))
    assert "may be of the same author" not in text
    assert "merges.csv gives 8 images another author or style" in text
    check_nobody_in_two_folds(design, 9)


def test_works_by_several_stay_with_works_by_each(desk, tmp_path):
    painters = ["picasso", "braque", "picasso|braque", "Gris; Leger", "gris", "leger", "delaunay", "metzinger"]
    names = [f"{number}{work}.jpg" for number in range(16) for work in range(2)]
    paint(tmp_path / "images", *names)
    rows = [f'{name},{STYLES[n // 16]},"{painters[n // 2 % 8]}"' for n, name in enumerate(names)]
    (tmp_path / "own.csv").write_text("\n".join(["filename,label,author", *rows]), encoding="utf-8")
    for seed in range(3):
        _, design = design_of(desk, tmp_path / "images", "--csv", str(tmp_path / "own.csv"), "--seed", str(seed))
        folds = design.groupby("author")["fold"].unique().map(list)
        assert folds["picasso"] == folds["braque"] == folds["picasso|braque"]
        assert folds["gris"] == folds["leger"] == folds["gris|leger"]
        assert folds.map(len).max() == 1


@pytest.mark.parametrize("nobody", ["anonymous", "Unknown Artist", "IMG", "nan", "Flemish school"])
def test_nobody_is_no_painter(desk, tmp_path, nobody):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"))
    paint(tmp_path / "images", *[f"icons/{nobody}_{work}.jpg" for work in range(12)])
    text, design = design_of(desk, tmp_path / "images")
    icons = design[design["label"] == "icons"]
    assert set(icons["author"]) == {""}
    assert {"0", "1"} <= set(icons["fold"].astype(str))
    assert f"these names were taken for nobody: {nobody.lower()!r} (12)" in text
    assert "no author is known in icons" in text


def test_a_design_without_painters_says_so_loudly(desk, tmp_path):
    paint(tmp_path / "images", *[f"{style}/IMG_{n:04}.jpg" for style in STYLES for n in range(10)])
    text, _ = design_of(desk, tmp_path / "images")
    assert "NEXT TO NO PAINTER IS KNOWN (0 of 20 images name one" in text
    assert "the validation set has only" in text


def test_a_style_of_one_image_is_left_out(desk, tmp_path):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"), "fauvism/derain_1.jpg")
    text, design = design_of(desk, tmp_path / "images")
    assert "style 'fauvism' (1 readable image) is left out" in text
    assert set(design["label"]) == set(STYLES)


def test_bad_flags_are_one_sentence(desk, tmp_path):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"))
    (tmp_path / "own.csv").write_text("work,year\nx,1900\n")
    for flags, what in (
        (["--layout", "artist/style"], "layout is 'artist/style'"),
        (["--csv", str(tmp_path / "own.csv")], "lacks the column filename"),
        (["--merge", str(tmp_path / "none.csv")], "no table at"),
        (["--min-images", "0"], "1"),
        (["--seed", "-1"], "seed"),
    ):
        done = run(desk, "recipes/design.py", "--images", str(tmp_path / "images"), *flags)
        assert done.returncode == 2
        assert what in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_flags_without_effect_are_noted(desk, tmp_path):
    paint(tmp_path / "images", *named("{style}/{painter}_{work}.jpg"))
    text, _ = design_of(desk, tmp_path / "images", "--leave-out", "author", "--n-folds", "3", "--who", "me")
    assert "note: --n-folds has no effect beside --leave-out\n" in text
    assert "note: --who has no effect without --decisions or --undo\n" in text
