"""A tiny practice set, its design and a tiny trained learner, made once for all tests."""

import gc
import os

import hypothesis
import pytest
from filelock import FileLock

# before numpy and torch are imported: threads that wait for work in several processes slow all of them down many times
os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

from styleclf.data.annotation.catalog import annotate
from styleclf.data.design import make_design

ARCH = "resnet10t"  # the smallest ResNet of timm
PLAIN_SUITE = "not slow"  # what pyproject.toml selects where nothing else is asked for


# the first example of a test may import SciPy, and the machine may be busy: how long one takes says nothing
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure(config):
    """Tell tests of recipes whether time counts, and search for garbage as seldom as recipes do."""
    gc.set_threshold(100_000)  # imports and tests are millions of objects that stay: a third of the time until they run
    is_plain = config.option.markexpr == PLAIN_SUITE
    os.environ["STYLECLF_PLAIN_SUITE"] = "1" if is_plain else ""


def pytest_collection_finish():
    """Leave modules and collected tests out of every later search for garbage."""
    gc.collect()
    gc.freeze()


def state(model):
    """A copy of all weights."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def changed(before, model):
    """The names of the weights that are no longer what they were."""
    import torch

    return {name for name, value in model.state_dict().items() if not torch.equal(before[name], value)}


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory):
    """Caches of their own for the tests and the recipes they start, no hub, and one thread for tiny networks."""
    import torch

    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STYLECLF_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """`once(name, make)`: the folder that `make(folder)` fills, in one process of the tests for all of them."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name, make):
        folder, finished = shared / name, shared / f"{name}.finished"
        with FileLock(shared / f"{name}.lock"):
            if not finished.exists():
                make(folder)
                finished.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def sample(once):
    """A folder with a small practice set."""
    from styleclf.data import paint_samples

    return once("sample", lambda folder: paint_samples(folder, n_images=96, size=64, progress=False))


@pytest.fixture(scope="session")
def design(sample):
    """Its design."""
    annotation, _ = annotate(sample, progress=False)
    return make_design(annotation)


@pytest.fixture(scope="session")
def halves(design):
    """The same images dealt to two folds: half the trainings of a cross-validation."""
    return make_design(design.drop(columns="fold"), n_folds=2)


@pytest.fixture(scope="session")
def weights_file(once):
    """A file of random, but fixed weights for the body of ARCH."""
    import timm
    import torch
    from safetensors.torch import save_file

    def save(folder):
        torch.manual_seed(1)
        folder.mkdir(exist_ok=True)
        save_file(timm.create_model(ARCH, num_classes=0).state_dict(), folder / "body.safetensors")

    return once("weights", save) / "body.safetensors"


@pytest.fixture(scope="session")
def weights_folder(once):
    """Weights of ARCH in a folder as timm writes it; they want a mean of 0.1 0.2 0.3, a deviation of 0.4 0.5 0.6."""
    import timm
    import torch
    from timm.models import save_for_hf

    def save(folder):
        torch.manual_seed(1)
        body = timm.create_model(ARCH, num_classes=0)
        body.pretrained_cfg |= {"mean": (0.1, 0.2, 0.3), "std": (0.4, 0.5, 0.6), "license": "cc-by-nc-4.0"}
        save_for_hf(body, folder, safe_serialization=True)

    return once("weights-folder", save)


@pytest.fixture
def dls(design, sample):
    """DataLoaders of the design at 32 px, fold 0 for testing."""
    from styleclf.data.dataloaders import get_dls

    return get_dls(design, sample, 0, arch=ARCH, size=32, bs=16)


@pytest.fixture
def learn(dls, weights_file, tmp_path):
    """An untrained learner that writes to a folder of its own."""
    from styleclf.training.learner import style_learner

    return style_learner(dls, ARCH, weights_file, path=tmp_path)


@pytest.fixture(scope="session")
def trained(design, sample, weights_file):
    """A learner after its probe and one epoch; tests must leave it as it is."""
    from styleclf.data.dataloaders import get_dls
    from styleclf.training.fine_tuning import train
    from styleclf.training.learner import style_learner

    learn = style_learner(get_dls(design, sample, 0, arch=ARCH, size=32, bs=16), ARCH, weights_file)
    train(learn, 1)
    return learn


@pytest.fixture(scope="session")
def exported(trained, tmp_path_factory):
    """That learner as a file."""
    from styleclf.training.export import export_learner

    return export_learner(trained, tmp_path_factory.mktemp("export") / "model.pkl")


@pytest.fixture(scope="session")
def options(weights_file):
    """Keywords of a tiny training: the probe alone."""
    return dict(arch=ARCH, weights=str(weights_file), size=32, bs=16, epochs=0)


@pytest.fixture(scope="session")
def cv_run(design, sample, options, once):
    """A folder with every fold trained, but without its figures; tests must leave it as it is."""
    from styleclf.data.paintings import Paintings
    from styleclf.runs.folds import fitted_folds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("styleclf.runs.folder.run_figures", lambda *tables, **options: {})
        return once("cv", lambda folder: fitted_folds(Paintings(design, sample), folder, **options))
