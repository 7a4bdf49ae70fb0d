"""The command line that studies of curation share."""

import argparse


def study_parser(documentation: str, *, draws: int, seed: int) -> argparse.ArgumentParser:
    """Flags for the pictures, the body, and the draws of a study; the first line of its documentation describes it."""
    parser = argparse.ArgumentParser(description=documentation.splitlines()[0])
    parser.add_argument("--images", default="data/sample")
    parser.add_argument("--arch", default="resnet18")
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--draws", type=int, default=draws)
    parser.add_argument("--seed", type=int, default=seed, help="of the first draw")
    return parser


def add_design(parser: argparse.ArgumentParser) -> None:
    """Add the flag for a design to a study that uses one."""
    parser.add_argument("--design", default="runs/design/design.csv")
