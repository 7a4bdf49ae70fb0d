"""A small body with one stage."""

from torch import nn


class Stage(nn.Module):
    """A timm-like body of one stage of 2 feature maps, then ReLU6 in place; features are their sums."""

    feature_info = [dict(module="conv", num_chs=2)]  # noqa: RUF012

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 2, 1)
        self.act = nn.ReLU6(inplace=True)

    def forward(self, x):
        maps = self.act(self.conv(x))
        return maps.sum(dim=(2, 3))
