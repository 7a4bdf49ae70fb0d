"""training.assembled: a learner around a network that is there already, without images."""

import pytest
import torch
from PIL import Image

from styleclf.data import Picture
from styleclf.models import create_model
from styleclf.training.assembled import assembled_learner, empty_dls

STATS = ((0.5, 0.5, 0.5), (0.2, 0.2, 0.2))


def test_it_predicts_an_image_and_can_be_given_others_to_train_on(dls, tmp_path):
    torch.manual_seed(0)
    model = create_model("test_resnet", len(dls.vocab), weights="none")
    learn = assembled_learner(model, list(dls.vocab), Picture(32), stats=STATS, precision="fp32")
    assert len(learn.dls.train_ds) == len(learn.dls.valid_ds) == 0
    image = Image.linear_gradient("L")
    with learn.no_bar():
        style, _, probas = learn.predict(image)
    x = (torch.tensor(Picture(32).encodes(image))[None] / 255 - 0.5) / 0.2
    assert style in dls.vocab
    assert torch.allclose(probas, model(x).softmax(1)[0], atol=1e-5)
    learn.dls = dls
    with learn.no_bar(), learn.no_logging():
        learn.fit(1)
    assert len(learn.history.table()) == 1


def test_empty_dls_know_styles_and_normalisation():
    dls = empty_dls(["a", "b"], Picture(16), STATS)
    assert list(dls.vocab) == ["a", "b"]
    (batch,) = dls.test_dl([Image.new("RGB", (9, 9), "white")]).one_batch()
    assert batch.shape == (1, 3, 16, 16)
    assert float(batch.mean()) == pytest.approx(2.5, abs=1e-5)
    assert dls.valid_ds.tls[0].tfms.fs[1].store is None
