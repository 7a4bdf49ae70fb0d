"""styleclf.plots.report: what the table says is what the figure shows."""

from styleclf import plots
from styleclf.evaluation import by_style
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import words_of


def test_a_style_without_images_gets_dashes():
    predictions = make_predictions().query("label != 'cubism'")
    assert "–" in words_of(plots.plot_report(predictions))


def test_the_title_counts_styles_alike():
    predictions = make_predictions()
    averages = by_style.report_averages(by_style.report_table(predictions))
    top_1, top_2 = averages.loc["mean of styles", ["recall", "top_2_accuracy"]]
    title = plots.plot_report(predictions).get_suptitle()
    assert title == f"Scores by style of 60 images: top-1 {top_1:.2f}, top-2 {top_2:.2f}, styles weighing the same"
