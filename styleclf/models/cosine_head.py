"""A head that compares directions: logits are scaled cosines between an embedding and the directions of the styles."""

import torch
import torch.nn.functional as F
from torch import nn

_CENTRE_SPREAD = 0.1  # of a direction's length: how far apart several directions of one style start
_MIN_LENGTH = 1e-3  # of an embedding that has a direction: the gradient of a shorter one would explode


class CosineHead(nn.Module):
    """Embeddings `(n, d)` -> logits `(n, n_out)`: `scale` times the cosine of the angle to each style's direction.

    With several centres every style has as many directions, of which the nearest counts (Deng et al. 2020). `weight` is
    `(n_out * n_centers, d)`, the directions of a style side by side. Always computed in float32, whose cosines have the
    digits that an angle needs.
    """

    def __init__(self, embedding_size: int, n_out: int, scale: float, *, n_centers: int = 1) -> None:
        super().__init__()
        directions = torch.randn(n_out * n_centers, embedding_size)
        self.weight = nn.Parameter(directions)
        self.scale = scale
        self.n_centers = n_centers

    def forward(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Scaled cosines `(n, n_out)`."""
        with torch.autocast(embeddings.device.type, enabled=False):
            directions = unit_directions(self.weight.float())
            unit_embeddings = unit_directions(embeddings.float())
            cosines = F.linear(unit_embeddings, directions)
        by_style = cosines.unflatten(1, (-1, self.n_centers))
        nearest = by_style.amax(dim=2)
        return self.scale * nearest

    def point_at(self, targets: torch.Tensor) -> None:
        """Point the directions of every style at its target `(n_out, d)`, in place; several of them a little apart."""
        directions = targets.to(self.weight).repeat_interleave(self.n_centers, dim=0)
        if self.n_centers > 1:  # equal directions would get the same gradient, and stay equal
            lengths = directions.norm(dim=1, keepdim=True)
            typical_entry = lengths / directions.shape[1] ** 0.5
            noise = torch.randn_like(directions)
            directions = directions + _CENTRE_SPREAD * typical_entry * noise
        with torch.no_grad():
            self.weight.copy_(directions)


def unit_directions(embeddings: torch.Tensor) -> torch.Tensor:
    """Embeddings `(n, d)` at length 1; those shorter than `_MIN_LENGTH` stay shorter than 1, zeros stay zeros.

    >>> unit_directions(torch.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    return F.normalize(embeddings, dim=1, eps=_MIN_LENGTH)
