"""recipes/report.py through its real command line."""

from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401  (desk is a fixture)
from tests.report.made_up import write_run


def test_a_report_of_one_run_and_of_two(desk, design, sample):
    for seed, name in enumerate(("first", "second")):
        write_run(desk / "runs" / name, design, sample, seed=seed)
    done = first_run(desk, "recipes/report.py", "runs/first")
    assert done.returncode == 0, done.stderr
    opened, following = done.stdout.splitlines()
    assert opened == "open runs/first/report.html"
    assert following.startswith("next: python recipes/")
    assert (desk / "runs/first/report.html").is_file()
    done = run(desk, "recipes/report.py", "runs/first", "runs/second")
    assert done.returncode == 0, done.stderr
    opened, following = done.stdout.splitlines()
    assert opened == "open runs/first/comparison.html"
    assert following.startswith("next: python recipes/audit.py --cv runs/"), "with the better one"
    assert done.stderr == "", "that the first run remembers its images is no flag without effect"
    noted = run(desk, "recipes/report.py", "runs/first", "runs/second", "--images", "nowhere")
    assert noted.stderr == "note: --images has no effect beside several runs\n"
    page = (desk / "runs/first/report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg" in page, "pictures are where the run had them, whatever settings.ini says of images"
    refused = run(desk, "recipes/report.py", "runs/nowhere")
    assert refused.returncode == 2
    assert refused.stderr.strip() == "report.py: there is no folder runs/nowhere: name the folder of a finished run"
