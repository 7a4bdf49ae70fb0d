"""Two hundred ways in which a bundle arrives damaged, or was made to harm: each a zip file of its own.

`mutated(files, rng)` gives the name of a kind, who must refuse it, and the bytes.
"""

import hashlib
import io
import json
import pickle
import struct
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper
from safetensors.numpy import load, save

from styleclf.light import FORMAT_VERSION

MANIFEST, WEIGHTS, GRAPH, NOVELTY = "bundle.json", "model.safetensors", "model.onnx", "novelty.npz"
BOTH, LEARNER, LIGHT, NOBODY = {"learner", "light"}, {"learner"}, {"light"}, set()


class Trap:
    """A pickle that leaves a file where it is opened."""

    def __init__(self, sentinel):
        self.sentinel = sentinel

    def __reduce__(self):
        return open, (str(self.sentinel), "w")


def zipped(members, compression=zipfile.ZIP_STORED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def signed(files):
    """The files with digests that fit, as a stranger would write them."""
    values = json.loads(files[MANIFEST])
    for name in (WEIGHTS, GRAPH, NOVELTY):
        values["files"][name]["sha256"] = hashlib.sha256(files[name]).hexdigest()
    return zipped({**files, MANIFEST: json.dumps(values).encode()}.items())


def with_tensors(files, change):
    tensors = {name: value.copy() for name, value in load(files[WEIGHTS]).items()}
    change(tensors)
    return signed({**files, WEIGHTS: save(tensors)})


def with_graph(files, change):
    model = onnx.load_model_from_string(files[GRAPH])
    change(model)
    return signed({**files, GRAPH: model.SerializeToString()})


def with_values(files, change):
    values = json.loads(files[MANIFEST])
    change(values)
    return zipped({**files, MANIFEST: json.dumps(values).encode()}.items())


def cut(files, rng, sentinel):
    whole = zipped(files.items())
    return BOTH, whole[: rng.integers(len(whole) - 100)]


def cut_file(files, rng, sentinel):
    name, readers = [(WEIGHTS, LEARNER), (GRAPH, LIGHT), (MANIFEST, BOTH)][rng.integers(3)]
    content = files[name][: rng.integers(len(files[name]) - 1)]
    changed = {**files, name: content}
    return readers, zipped(changed.items()) if name == MANIFEST else signed(changed)


def swapped_tensors(files, rng, sentinel):
    def swap(tensors):
        pairs = [
            (a, b)
            for a in tensors
            for b in tensors
            if a < b and tensors[a].shape == tensors[b].shape and np.abs(tensors[a] - tensors[b]).max() > 0.1
        ]
        first, second = pairs[rng.integers(len(pairs))]
        tensors[first], tensors[second] = tensors[second], tensors[first]

    return NOBODY, with_tensors(files, swap)  # where an activation is dead, nothing changes


def swapped_head(files, rng, sentinel):
    def swap(tensors):
        tensors["2.1.weight"] = np.roll(tensors["2.1.weight"], 1 + rng.integers(3), axis=0)

    return LEARNER, with_tensors(files, swap)


def wrong_shapes(files, rng, sentinel):
    def reshape(tensors):
        name = sorted(tensors)[rng.integers(len(tensors))]
        shape = (*rng.integers(1, 5, size=rng.integers(1, 5)), 7)
        tensors[name] = np.zeros(shape, dtype=np.float32)

    return LEARNER, with_tensors(files, reshape)


def not_numbers(files, rng, sentinel):
    def spoil(tensors):
        names = sorted(name for name, value in tensors.items() if value.dtype == np.float32)
        tensors[names[rng.integers(len(names))]].flat[0] = [np.nan, np.inf, -np.inf][rng.integers(3)]

    return LEARNER, with_tensors(files, spoil)


def missing_tensor(files, rng, sentinel):
    def remove(tensors):
        names = sorted(name for name in tensors if name.endswith("weight"))
        del tensors[names[rng.integers(len(names))]]

    return LEARNER, with_tensors(files, remove)


def leading_out(files, rng, sentinel):
    prefix = ["../", "/tmp/", "..\\", "c:/", "x/../../"][rng.integers(5)]
    members = list(files.items())
    members.insert(rng.integers(len(members)), (f"{prefix}{['bundle.json', 'run.py'][rng.integers(2)]}", b"{}"))
    return BOTH, zipped(members)


def huge_header(files, rng, sentinel):
    size = [2**63, 2**40, 10**9, len(files[WEIGHTS])][rng.integers(4)]
    return LEARNER, signed({**files, WEIGHTS: struct.pack("<Q", size) + files[WEIGHTS][8:]})


def bomb_of_json(files, rng, sentinel):
    text = files[MANIFEST].rstrip()[:-1]
    bombs = [b"[" * 200_000, b'{"a":' * 200_000, b"1" * 100_000, b"NaN", b"-Infinity", b'"' + b"\\u0000" * 9]
    return BOTH, zipped({**files, MANIFEST: text + b', "bomb": ' + bombs[rng.integers(len(bombs))] + b"}"}.items())


def large_json(files, rng, sentinel):
    padded = files[MANIFEST] + b" " * 17_000_000
    return BOTH, zipped({**files, MANIFEST: padded}.items(), zipfile.ZIP_DEFLATED)


def pickle_in_disguise(files, rng, sentinel):
    trap = pickle.dumps(Trap(sentinel))
    kind = rng.integers(4)
    if kind == 3:
        return BOTH, trap
    name = (WEIGHTS, GRAPH, MANIFEST)[kind]
    changed = {**files, name: trap}
    return (LEARNER, LIGHT, BOTH)[kind], zipped(changed.items()) if name == MANIFEST else signed(changed)


def pickle_beside(files, rng, sentinel):
    members = {**files, "model.pkl": pickle.dumps(Trap(sentinel)), "archive/data.pkl": pickle.dumps(Trap(sentinel))}
    return NOBODY, zipped(members.items())  # it is not looked at


def external_numbers(files, rng, sentinel):
    def point_elsewhere(model):
        tensors = model.graph.initializer
        tensor = tensors[rng.integers(len(tensors))]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=["/etc/passwd", "../../x", "model.safetensors"][rng.integers(3)])

    return LIGHT, with_graph(files, point_elsewhere)


def endless_graph(files, rng, sentinel):
    kind = ["Loop", "Scan", "If"][rng.integers(3)]
    node = helper.make_node(kind, ["pixels"], ["o"])
    return LIGHT, with_graph(files, lambda model: model.graph.node.append(node))


def other_graph(files, rng, sentinel):
    def damage(model):
        tensors = [tensor for tensor in model.graph.initializer if len(tensor.raw_data) > 64]
        for tensor in tensors[-6:]:
            numbers = np.frombuffer(tensor.raw_data, dtype=np.uint8).copy()
            numbers[3::4] = 0x41
            tensor.raw_data = numbers.tobytes()

    return LIGHT, with_graph(files, damage)


def odd_novelty(files, rng, sentinel):
    def named(**arrays):
        stream = io.BytesIO()
        np.savez_compressed(stream, **arrays)
        return stream.getvalue()

    arrays = dict(np.load(io.BytesIO(files[NOVELTY])))
    trap = np.empty(1, dtype=object)
    trap[0] = Trap(sentinel)
    spoilt = [
        files[NOVELTY][: rng.integers(len(files[NOVELTY]))],
        pickle.dumps(Trap(sentinel)),
        named(**{**arrays, "mean": trap}),
        named(**{**arrays, "mean": np.zeros(3)}),
        named(**{**arrays, "whitening": arrays["whitening"] * np.nan}),
        named(**{**arrays, "bomb": np.zeros(10**7)}),
    ]
    return BOTH, signed({**files, NOVELTY: spoilt[rng.integers(len(spoilt))]})


def novelty_of_another(files, rng, sentinel):
    """A sound novelty model of another network, which has another number of features."""
    arrays = dict(np.load(io.BytesIO(files[NOVELTY])))
    n_features, n_axes = arrays["axes"].shape
    n_features += [-1, 1, 7][rng.integers(3)]
    for name in ("mean", "scale", "shares", "centre"):
        arrays[name] = np.ones(n_features, dtype=np.float32)
    arrays["axes"] = rng.normal(size=(n_features, n_axes)).astype(np.float16)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return BOTH, signed({**files, NOVELTY: stream.getvalue()})


def odd_facts(files, rng, sentinel):
    """What people are shown of the training, in other kinds of values."""
    row = {"part": "test", "metric": "f1", "value": 0.5, "lo": 0.4, "hi": 0.6, "n_images": 3, "n_authors": 2}
    spoilt = [{"metrics": 7}, {"metrics": [row | {"value": []}]}, {"metrics": [{}]}, {"versions": ["1"]}]
    spoilt += [{"weights_licence": {}}, {"training": {"n_images": "many"}}, {"training": {"n_painters": {}}}]
    return BOTH, with_values(files, lambda values: values.update(spoilt[rng.integers(len(spoilt))]))


def zip_bomb(files, rng, sentinel):
    name = [WEIGHTS, GRAPH][rng.integers(2)]
    return BOTH, zipped({**files, name: bytes(20_000_000)}.items(), zipfile.ZIP_DEFLATED)


def twice(files, rng, sentinel):
    name = sorted(files)[rng.integers(len(files))]
    return BOTH, zipped([*files.items(), (f"{['', 'b/'][rng.integers(2)]}{name}", b"{}")])


def missing_file(files, rng, sentinel):
    name, readers = [(WEIGHTS, LEARNER), (GRAPH, LIGHT), (MANIFEST, BOTH)][rng.integers(3)]
    return readers, zipped((key, value) for key, value in files.items() if key != name)


def newer(files, rng, sentinel):
    return BOTH, with_values(
        files, lambda values: values.update(format_version=int(rng.integers(FORMAT_VERSION + 1, 99)))
    )


def odd_value(files, rng, sentinel):
    odd = [None, -1, 0, 10**30, 1e308, "x" * 5_000, [], {}, True, [[[1]]], "\u202e"]

    def change(values):
        table = values
        while True:
            key = sorted(table)[rng.integers(len(table))]
            if not isinstance(table[key], dict) or not table[key] or rng.random() < 0.3:
                break
            table = table[key]
        table[key] = odd[rng.integers(len(odd))]

    return NOBODY, with_values(files, change)  # much of it is only read by people


def odd_answers(files, rng, sentinel):
    def change(values):
        first, second, *_ = values["styles"]
        paths = {style: ["any kind", style] for style in values["styles"]}
        spoilt = [
            {"paths": paths},
            {"paths": paths, "threshold": 7},
            {"paths": paths, "threshold": [0.5]},
            {"paths": [paths], "threshold": 0.5},
            {"paths": {**paths, first: [first] * 100_000}, "threshold": 0.5},
            {"paths": {**paths, first: [second, first]}, "threshold": 0.5},
            {"paths": {**paths, first: [["any kind"], first]}, "threshold": 0.5},
            {"paths": {**paths, first: ["x" * 5_000, first]}, "threshold": 0.5},
            {"paths": {**paths, "no style": ["no style"]}, "threshold": 0.5},
            {"paths": {first: [first]}, "threshold": 0.5},
        ]
        values["answers"] = spoilt[rng.integers(len(spoilt))]

    return BOTH, with_values(files, change)


def odd_labels(files, rng, sentinel):
    def change(values):
        n_styles = len(values["styles"])
        spoilt = [[], {}, {"thresholds": 0.5}, {"thresholds": [0.5]}, {"thresholds": ["x"] * n_styles}]
        spoilt += [{"thresholds": [number] * n_styles} for number in (np.nan, 1e308, None)]
        values["labels"] = spoilt[rng.integers(len(spoilt))]

    return BOTH, with_values(files, change)


def other_place(files, rng, sentinel):
    places = ["hf-hub:owner/name", "local-dir:/etc", "../x", "resnet18", "no_such_arch", "resnet10t;import os"]
    place = places[rng.integers(len(places))]
    return LEARNER, with_values(files, lambda values: values["network"]["body"].update(arch=place))


def flipped_bits(files, rng, sentinel):
    content = bytearray(zipped(files.items()))
    for place in rng.integers(len(content), size=3):
        content[place] ^= 1 << rng.integers(8)
    return NOBODY, bytes(content)  # the card may be hit, which nobody reads


def flipped_bits_signed(files, rng, sentinel):
    name = [WEIGHTS, GRAPH][rng.integers(2)]
    content = bytearray(files[name])
    for place in rng.integers(min(len(content), 20_000), size=5):
        content[place] = rng.integers(256)
    return NOBODY, signed({**files, name: bytes(content)})


KINDS = (
    *(
        cut,
        cut_file,
        swapped_tensors,
        swapped_head,
        wrong_shapes,
        not_numbers,
        missing_tensor,
        leading_out,
        huge_header,
    ),
    *(bomb_of_json, large_json, pickle_in_disguise, pickle_beside, external_numbers, endless_graph, other_graph),
    *(
        odd_novelty,
        novelty_of_another,
        odd_facts,
        zip_bomb,
        twice,
        missing_file,
        newer,
        odd_value,
        odd_answers,
        odd_labels,
        other_place,
    ),
    *(flipped_bits, flipped_bits_signed),
)


def mutated(files, number, sentinel):
    """The kind, who must refuse it, and the bytes of a mutation; the same for a number whenever it is asked for."""
    rng = np.random.default_rng(number)
    kind = KINDS[number % len(KINDS)]
    readers, content = kind(files, rng, sentinel)
    return kind.__name__, readers, content
