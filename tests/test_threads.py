"""Several threads, as in a web application: what styleclf says to one it says to all."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from styleclf.data import get_dls
from styleclf.explain import attribute
from styleclf.inference import embedded_files, predict_files, predict_table
from styleclf.runs import judge
from styleclf.training import learn_novelty, style_learner

ARCH = "test_efficientnet"  # has hidden layers whose statistics are read
N_THREADS = 8
N_ROUNDS = 1


@pytest.fixture(scope="module")
def questions(design, sample):
    """Functions without parameters that ask one learner, each of which returns numbers."""
    dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16)
    learn = style_learner(dls, ARCH, "none")
    learn.fit(1, 1e-2)
    learn_novelty(learn)
    rows = design[design["fold"] == "0"]
    files = [sample / name for name in rows["filename"]]
    few, one = files[:3], files[3]

    def predicted():
        return predict_files(learn, few, progress=False)[0]

    def novel():
        return predict_table(learn, few)[0]["novelty"].to_numpy()

    def predicted_by_fastai():
        return learn.predict(one)[2].numpy()

    def embedded():
        return embedded_files(learn, few, progress=False)

    def judged():
        _, predictions = judge(learn, rows, sample)
        return predictions.filter(like="proba_").to_numpy()

    def occluded():
        return attribute(learn, few[:1], squares=2, progress=False)

    def with_noise():
        return attribute(learn, few[:1], "saliency", progress=False)

    return [predicted, novel, predicted_by_fastai, embedded, judged, occluded, with_noise]


def test_threads_that_ask_a_learner_at_once_get_what_one_thread_gets(questions):
    alone = [question() for question in questions]
    assert len({answer.tobytes() for answer in alone}) == len(alone)
    with ThreadPoolExecutor(N_THREADS) as pool:
        for _ in range(N_ROUNDS):
            for turn in range(len(questions)):
                order = [*questions[turn:], *questions[:turn]]
                answers = pool.map(lambda question: (question, question()), order * 2)
                for question, answer in answers:
                    np.testing.assert_allclose(answer, alone[questions.index(question)], atol=1e-5)
