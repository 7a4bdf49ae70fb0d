"""The network from the last stages on: all that is trained, and all that a fold has to compute."""

import numpy as np
import torch
from torch import nn

from styleclf.models import autocast_context, channels_last
from styleclf.models.style_statistics import StyleBody, mean_and_deviation
from styleclf.training.probe import write_linear_map
from tests.training.last_stages.views import AT_ONCE, View

_EMBEDDING = 16

State = dict[str, torch.Tensor]


class LastStages(nn.Module):
    """The last stages of a style body, its neck and head: computes what they decide of the features, takes the rest."""

    def __init__(self, body: StyleBody, first: int, n_styles: int) -> None:
        super().__init__()
        trunk = body.trunk
        self.stages = trunk.blocks[first:]
        self.last = nn.Sequential(trunk.conv_head, trunk.bn2)
        self.neck = nn.Linear(body.head_hidden_size, _EMBEDDING)
        self.head = nn.Linear(_EMBEDDING, n_styles)
        self.hidden = []
        self.deviations: dict[nn.Module, torch.Tensor] = {}
        for name in body.narrowing:
            stage = int(name.split(".")[1])
            if stage >= first:
                layer = trunk.get_submodule(name)
                layer.register_forward_pre_hook(self._note)
                self.hidden.append(layer)
        self.widths = body.widths()
        self.n_stages_read = len(trunk.feature_info)

    def _note(self, layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        """Note the deviations of what a hidden layer is about to read."""
        maps = inputs[0]
        _, deviation = mean_and_deviation(maps)
        self.deviations[layer] = deviation

    def forward(self, maps: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Logits of maps before the first trained block and the frozen body's features of the same images."""
        maps = self.stages(maps)
        last_maps = self.last(maps)
        statistics = mean_and_deviation(maps)
        parts = list(features.split(self.widths, dim=1))
        parts[0] = last_maps.mean(dim=(2, 3)).float()
        parts[self.n_stages_read] = torch.cat(statistics, dim=1)
        n_hidden = len(self.hidden)
        for position, layer in enumerate(self.hidden, start=len(parts) - n_hidden):
            parts[position] = self.deviations[layer]
        embedding = self.neck(torch.cat(parts, dim=1))
        return self.head(torch.relu(embedding))

    def groups(self, rate: float, decay: float) -> list[dict]:
        """Parameters with their rates, lower from stage to stage before."""
        stages = list(self.stages)
        groups = [_group([self.neck, self.head], rate), _group([self.last], rate)]
        for stage in reversed(stages):
            rate *= decay
            groups.append(_group([stage], rate))
        return groups


def _group(modules: list[nn.Module], rate: float) -> dict:
    """Parameters of these modules, and their rate."""
    parameters: list[nn.Parameter] = []
    for module in modules:
        parameters.extend(module.parameters())
    return {"params": parameters, "lr": rate}


def write_probe(model: LastStages, features: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> None:
    """Write the probe into neck and head."""
    neck = nn.Sequential(nn.Identity(), model.neck)
    head = nn.Sequential(nn.ReLU(), model.head)
    network = nn.Sequential(nn.Identity(), neck, head)
    weight, bias = weights
    write_linear_map(network, features, weight, bias=bias)


@torch.no_grad()
def probas_of(model: LastStages, state: State, view: View, rows: np.ndarray) -> np.ndarray:
    """Probabilities `(n_rows, n_styles)`."""
    model.load_state_dict(state)
    model.eval()
    logits = []
    n_batches = len(rows) // AT_ONCE + 1
    for batch in np.array_split(rows, n_batches):
        maps = channels_last(view.maps[batch].float())
        features = view.features[batch].float()
        with autocast_context(maps.device, "bf16"):
            of_batch = model(maps, features)
        logits.append(of_batch.float())
    return torch.cat(logits).softmax(dim=1).numpy()


def state_of(model: nn.Module) -> State:
    """A copy of the model's weights."""
    state = {}
    for name, value in model.state_dict().items():
        state[name] = value.clone()
    return state


def mixed_state(state: State, other: State, share: float, *, share_of_head: float | None = None) -> State:
    """The average of two states, of which `other` has a share, in neck and head another one if that is given."""
    mixed = {}
    for name, value in state.items():
        is_head = name.startswith(("neck.", "head."))
        weight = share if share_of_head is None or not is_head else share_of_head
        mixed[name] = value.lerp(other[name], weight) if value.is_floating_point() else value
    return mixed


def mean_state(states: list[State]) -> State:
    """The average of states."""
    mean = states[0]
    for number, state in enumerate(states[1:], start=2):
        mean = mixed_state(mean, state, 1 / number)
    return mean
