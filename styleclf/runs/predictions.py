"""Predictions of image files, with all that is known of them, and the files that they leave.

<out>        the table, a .csv or .xlsx: `filename, pred, proba_<style>…`, and more by what the learner can tell
<out>.html   small pictures by answer, beside it
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from fastai.learner import Learner

from styleclf.common import in_turn
from styleclf.evaluation import probas_of
from styleclf.inference import (
    predict_table,
    predictions_text,
    style_ids_of,
    threshold_of,
    truth_text,
    with_truth,
    write_for_museums,
    write_predictions,
    years_of,
)
from styleclf.report import write_contact_sheet
from styleclf.runs.years import with_dates


class PredictedImages(NamedTuple):
    """What a learner makes of image files."""

    table: pd.DataFrame  # of the readable ones, as `predict_table` gives it, with the truth and dates where known
    unreadable: Mapping[Path, str]  # reasons by file
    model: str | Path  # where the learner comes from
    style_ids: Mapping[str, str]  # of the styles that have one

    def readable(self) -> list[Path]:
        """The files that were predicted."""
        return list(map(Path, self.table["filename"]))

    def text(self) -> str:
        """A line per picture, how many there are of each style, and how many are right."""
        return predictions_text(self.table, self.unreadable)

    def least_sure(self) -> str:
        """The file whose likeliest style has the lowest probability; '' where no file could be read."""
        if self.table.empty:
            return ""
        surest = probas_of(self.table).max(axis=1)
        return str(self.table["filename"].iat[surest.argmin()])


def predict_images(
    learn: Learner,
    files: Sequence[Path],
    model: str | Path,  # the file that the learner comes from, to be named
    *,
    sets: bool = False,  # all styles that may be it as well, of a calibrated learner
    dates: str | Path | Learner | None = None,  # a run of years, or the learner of its bundle: when each was made
) -> PredictedImages:
    """Predictions of image files, beside the truth where folders name it.

    Raises ValueError for sets of a learner that was not calibrated, for one that dates and says no styles, and what
    `with_dates` raises.
    """
    if years_of(learn) is not None:
        advice = "recipes/predict.py --dates takes it, beside a model of styles"
        raise ValueError(f"{model} dates pictures and says no styles: {advice}")
    threshold = threshold_of(learn, model) if sets else None
    predictions, unreadable = predict_table(learn, files, threshold)
    table = with_dates(with_truth(predictions), dates)
    return PredictedImages(table, unreadable, model, style_ids_of(learn))


def write_predicted_images(
    predictions: PredictedImages,
    out: str | Path,  # .csv or .xlsx
    *,
    sheet: bool = True,  # a page of small pictures beside the table
    annotations: str | Path | None = None,  # file for the answers as W3C Web Annotations
    omeka: str | Path | None = None,  # file for a table that Omeka S takes
    records: str | Path | None = None,  # table of recipes/collect.py, whose canvases are annotated
) -> list[Path]:
    """Write the table and what else is asked for; returns the table's path and the page's.

    Raises what `write_predictions` and `write_for_museums` raise.
    """
    table = predictions.table
    files = [Path(out)]
    with in_turn(out):  # else another process may leave a table of this one beside its own page
        write_predictions(table, out)
        write_for_museums(
            table,
            model=predictions.model,
            annotations=annotations,
            omeka=omeka,
            records=records,
            style_ids=predictions.style_ids,
        )
        if sheet:
            page = Path(out).with_suffix(".html")
            sentences = truth_text(table).splitlines()
            files.append(write_contact_sheet(table, page, unreadable=predictions.unreadable, sentences=sentences))
    return files
