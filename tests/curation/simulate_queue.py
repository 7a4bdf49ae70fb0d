"""Do chosen labels teach more than labels drawn at random? On a collection whose labels are known and hidden.

python -m tests.curation.simulate_queue --images FOLDER --design design.csv --arch resnet18 --labels 100 --draws 3

prints the accuracies on painters not seen with the chosen labels and with as many at random, and their paired gain
with its 95 % interval, as `label_next.py` does for its user. The validation set stays closed.
"""

from styleclf.curation import read_collection, try_queue
from styleclf.data import read_paintings
from styleclf.inference import Backbone
from tests.curation.study import add_design, study_parser


def main() -> None:
    parser = study_parser(__doc__, draws=3, seed=0)
    add_design(parser)
    parser.add_argument("--labels", type=int, default=100)
    arguments = parser.parse_args()
    paintings = read_paintings(arguments.design, arguments.images)
    backbone = Backbone(arguments.arch, arguments.weights)
    collection = read_collection(paintings, backbone)
    trial = try_queue(collection, arguments.labels, n_draws=arguments.draws, seed=arguments.seed)
    print(f"chosen {trial.chosen:.3f}, random {trial.random:.3f}: {trial}")


if __name__ == "__main__":
    main()
