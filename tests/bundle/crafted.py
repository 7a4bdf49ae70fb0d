"""Two hundred more bundles that were made to harm or arrive odd, of other kinds than in `mutations.py`.

`crafted(files, number, sentinel)` gives the name of a kind, who must refuse it, and the bytes.
"""

import io
import json
import stat
import struct
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.bundle.mutations import BOTH, GRAPH, LEARNER, LIGHT, MANIFEST, NOBODY, WEIGHTS, signed, with_graph, zipped

SPLIT = 8  # bytes that say how long a header of weights is
SIZE_OF_ENTRY = 46  # bytes before the name in the directory of a zip file
SIZE_OF_LOCAL_ENTRY = 30  # bytes before the name where the file begins


def text_of_manifest(files, text):
    """A bundle whose manifest has a member more, as text."""
    beginning = files[MANIFEST].rstrip()[:-1]
    return zipped({**files, MANIFEST: beginning + text + b"}"}.items())


def replaced_in_manifest(files, key, text):
    """A bundle in whose manifest one value is another text, whatever JSON thinks of it."""
    values = json.loads(files[MANIFEST])
    values[key] = "@@@"
    return zipped({**files, MANIFEST: json.dumps(values).replace('"@@@"', text).encode()}.items())


def with_header(files, change):
    """A bundle whose weights have another header over the same numbers."""
    content = files[WEIGHTS]
    (size,) = struct.unpack("<Q", content[:SPLIT])
    header = json.loads(content[SPLIT : SPLIT + size])
    text = change(header)
    encoded = text if isinstance(text, bytes) else json.dumps(header).encode()
    return signed({**files, WEIGHTS: struct.pack("<Q", len(encoded)) + encoded + content[SPLIT + size :]})


def a_tensor(header, rng):
    names = sorted(name for name, facts in header.items() if name != "__metadata__" and np.prod(facts["shape"]) > 8)
    return header[names[rng.integers(len(names))]]


def flipped_bit_of_graph(files, rng, sentinel):
    content = bytearray(files[GRAPH])
    content[rng.integers(len(content))] ^= 1 << rng.integers(8)
    return NOBODY, signed({**files, GRAPH: bytes(content)})


def flipped_bits_of_weights(files, rng, sentinel):
    content = bytearray(files[WEIGHTS])
    for place in rng.integers(len(content), size=3):
        content[place] ^= 1 << rng.integers(8)
    return NOBODY, signed({**files, WEIGHTS: bytes(content)})


def nested_zip(files, rng, sentinel):
    whole = zipped(files.items())
    bomb = zipped([(WEIGHTS, bytes(3_000_000))], zipfile.ZIP_DEFLATED)
    for _ in range(5):
        bomb = zipped([(name, bomb) for name in ("a.zip", "b.zip", MANIFEST)], zipfile.ZIP_DEFLATED)
    spoilt = [
        (BOTH, zipped([("bundle.zip", whole)])),
        (BOTH, zipped({**files, MANIFEST: whole}.items())),
        (BOTH, bomb),
        (LEARNER, signed({**files, WEIGHTS: bomb})),
        (LIGHT, signed({**files, GRAPH: bomb})),
        (NOBODY, zipped({**files, "inner.zip": bomb}.items())),  # it is not looked at
        (NOBODY, whole + bomb),
        (NOBODY, bomb + whole),  # as self-extracting archives have it
    ]
    return spoilt[rng.integers(len(spoilt))]


def bomb_by_other_means(files, rng, sentinel):
    way = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)[rng.integers(2)]
    name = (WEIGHTS, GRAPH, MANIFEST)[rng.integers(3)]
    return BOTH, zipped({**files, name: bytes(15_000_000)}.items(), way)


def link_in_zip(files, rng, sentinel):
    linked = (MANIFEST, WEIGHTS, GRAPH)[rng.integers(3)]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)
            if name == linked:
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                content = [b"/etc/passwd", b"../../secret", b"/dev/zero"][rng.integers(3)]
            archive.writestr(entry, content)
    return {MANIFEST: BOTH, WEIGHTS: LEARNER, GRAPH: LIGHT}[linked], stream.getvalue()


def place_of_windows(files, rng, sentinel):
    names = ["C:\\Windows\\bundle.json", "\\\\server\\share\\bundle.json", "//server/share/bundle.json"]
    names += ["C:bundle.json", "\\\\?\\C:\\bundle.json", "bundle.json\\..\\run.exe", "D:/x/model.onnx", "a:/b"]
    members = list(files.items())
    members.insert(rng.integers(len(members)), (names[rng.integers(len(names))], b"{}"))
    return BOTH, zipped(members)


def names_alike(files, rng, sentinel):
    spoilt = [
        (BOTH, [*files.items(), *files.items()]),
        (BOTH, [*files.items(), (MANIFEST, files[MANIFEST])]),
        (BOTH, [*files.items(), (f"./{MANIFEST}", files[MANIFEST])]),
        (BOTH, [(name.upper(), content) for name, content in files.items()]),
        (NOBODY, [*files.items(), (MANIFEST.upper(), b"[]")]),
        (NOBODY, [*files.items(), (f"{MANIFEST}\0.png", b"[]")]),
        (NOBODY, [*files.items(), ("bundle\u200b.json", b"[]")]),
        (NOBODY, [("a" * 60_000, b""), *files.items()]),
    ]
    readers, members = spoilt[rng.integers(len(spoilt))]
    return readers, zipped(members)


def overlapping_entries(files, rng, sentinel):
    """Two names in the directory for one file in the archive."""
    content = bytearray(zipped(files.items()))
    name, other = [(WEIGHTS, GRAPH), (GRAPH, WEIGHTS), (MANIFEST, GRAPH)][rng.integers(3)]
    entry = content.rindex(name.encode()) - SIZE_OF_ENTRY
    start_of_other = content.index(other.encode()) - SIZE_OF_LOCAL_ENTRY
    struct.pack_into("<I", content, entry + 42, start_of_other)
    return {MANIFEST: BOTH, WEIGHTS: LEARNER, GRAPH: LIGHT}[name], bytes(content)


def lying_directory(files, rng, sentinel):
    """A directory that says another size, method, flag or checksum than the file has."""
    content = bytearray(zipped(files.items()))
    place = content.rindex(MANIFEST.encode()) - SIZE_OF_ENTRY
    field, value = [(24, 10**9), (20, 1), (10, 99), (8, 1), (16, 7), (42, 10**6)][rng.integers(6)]
    size = "<H" if field in (8, 10) else "<I"
    struct.pack_into(size, content, place + field, value)
    return BOTH, bytes(content)


def odd_json(files, rng, sentinel):
    texts = [b"NaN", b"[Infinity]", b"-Infinity", b"1" * 5_000, b"[" * 50_000 + b"]" * 50_000]
    texts += [b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b"'x'", b"\xff", b"0x10", b"1_000", b'"\n"', b"1e5.0"]
    return BOTH, text_of_manifest(files, b', "odd": ' + texts[rng.integers(len(texts))])


def odd_encoding(files, rng, sentinel):
    text = files[MANIFEST].decode()
    spoilt = [text.encode("utf-16"), text.encode("utf-32"), b"\xef\xbb\xbf" + text.encode(), text.encode() + b"\0"]
    return BOTH, zipped({**files, MANIFEST: spoilt[rng.integers(len(spoilt))]}.items())


def odd_number(files, rng, sentinel):
    numbers = ["1e999", "-1e999", "9" * 4_000, "1e-400", "true", "-0", '"1"', "[1]", "NaN", "Infinity"]
    key = ("temperature", "format_version")[rng.integers(2)]
    number = numbers[rng.integers(len(numbers))]
    is_one = key == "format_version" and number == "true"  # True is 1
    return NOBODY if is_one else BOTH, replaced_in_manifest(files, key, number)


def odd_input(files, rng, sentinel):
    table = {"size": 32, "fit": "squash", "mean": [0.5] * 3, "std": [0.2] * 3}
    spoilt = [("size", "1e999"), ("size", "32.5"), ("size", "-32"), ("size", "9" * 4_000), ("std", "[1e-400, 1, 1]")]
    spoilt += [("mean", "[1e999, 0, 0]"), ("mean", "[[0, 0, 0]]"), ("mean", "[0, 0, null]"), ("std", '["a", 1, 1]')]
    spoilt += [("mean", "[" + "0," * 100_000 + "0]"), ("fit", "[]"), ("fit", '"\\ud800"')]
    name, text = spoilt[rng.integers(len(spoilt))]
    whole = json.dumps(table | {name: "@"}).replace('"@"', text)
    return BOTH, replaced_in_manifest(files, "input", whole)


def odd_styles(files, rng, sentinel):
    spoilt = ["{}", "null", '""', "[[]]", '["a"]', '["\\ud800", "b"]', "[" + '"a",' * 20_000 + '"b"]', "[1e999]"]
    return BOTH, replaced_in_manifest(files, "styles", spoilt[rng.integers(len(spoilt))])


def odd_years(files, rng, sentinel):
    values = json.loads(files[MANIFEST])
    n_styles = len(values["styles"])
    edges = list(range(1800, 1802 + n_styles))
    spoilt = ["[]", "7", '{"edges": [], "width": 9}', '{"edges": null, "width": 9}', json.dumps({"edges": edges})]
    spoilt += [f'{{"edges": {edges}, "width": {width}}}' for width in ("-1", "1e999", '"9"', "[9]", "true")]
    spoilt += [f'{{"edges": {edges[::-1]}, "width": 9}}', f'{{"edges": {[edges]}, "width": 9}}']
    values |= {"labels": {"thresholds": [0.5] * n_styles}, "years": "@@@"}
    text = json.dumps(values).replace('"@@@"', spoilt[rng.integers(len(spoilt))])
    return BOTH, zipped({**files, MANIFEST: text.encode()}.items())


def overlapping_tensors(files, rng, sentinel):
    def overlap(header):
        tensor = a_tensor(header, rng)
        begin, end = tensor["data_offsets"]
        size = end - begin
        shifts = [(-4, -4), (4, 4), (0, 4), (-begin, -begin), (end, end), (size, 0), (2**40, 2**40)]
        first, last = shifts[rng.integers(len(shifts))]
        tensor["data_offsets"] = [begin + first, end + last]
        if first == last == -begin and begin == 0:
            tensor["data_offsets"] = [4, 4 + size]

    return LEARNER, with_header(files, overlap)


def odd_header(files, rng, sentinel):
    def spoil(header):
        tensor = a_tensor(header, rng)
        begin, end = tensor["data_offsets"]
        odd = [
            {"shape": [-1, *tensor["shape"]]},
            {"shape": [2**62, 4]},
            {"shape": [0]},
            {"shape": []},
            {"shape": [1.5]},
            {"shape": "all"},
            {"dtype": "F99"},
            {"dtype": "F64"},
            {"dtype": "BOOL"},
            {"dtype": None},
            {"data_offsets": [end, begin]},
            {"data_offsets": [-1, end]},
            {"data_offsets": [begin]},
            {"data_offsets": [begin, 2**63]},
        ]
        tensor.update(odd[rng.integers(len(odd))])

    return LEARNER, with_header(files, spoil)


def odd_text_of_header(files, rng, sentinel):
    texts = [b"", b"{}", b"[]", b"null", b"{" * 50_000, b'{"a":' * 50_000, b"\xff" * 9, b'{"__metadata__": 1}']
    texts += [b'{"a": NaN}', b'{"' + b"a" * 100_000 + b'": {}}', b'{"a": {"dtype": "F32", "shape": [0]}}']
    text = texts[rng.integers(len(texts))]
    return LEARNER, with_header(files, lambda header: text or b" ")


def other_numbers(files, rng, sentinel):
    """The same names and shapes in other kinds of numbers."""
    from safetensors.numpy import load, save

    kind = [np.float64, np.float16, np.int64, np.uint8, np.bool_][rng.integers(5)]
    tensors = {name: value.astype(kind) for name, value in load(files[WEIGHTS]).items()}
    readers = NOBODY if kind in (np.float64, np.float16) else LEARNER
    return readers, signed({**files, WEIGHTS: save(tensors)})


def odd_graph(files, rng, sentinel):
    def float_tensor(name, *dims):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT)
        tensor.dims.extend(dims)
        return tensor

    def bomb(model):
        shape = helper.make_tensor("huge", TensorProto.INT64, [2], [2**31, 2**31])
        model.graph.initializer.append(shape)
        model.graph.node.append(helper.make_node("ConstantOfShape", ["huge"], ["filled"]))
        model.graph.output.append(helper.make_tensor_value_info("filled", TensorProto.FLOAT, None))

    def cycle(model):
        model.graph.node[0].input[0] = model.graph.node[-1].output[0]

    def output_twice(model):
        model.graph.node[1].output[0] = model.graph.node[0].output[0]

    changes = [
        bomb,
        cycle,
        output_twice,
        lambda model: model.graph.initializer.append(float_tensor("negative", -1, 3)),
        lambda model: model.graph.initializer.append(float_tensor("overflow", 2**62, 4)),
        lambda model: model.graph.initializer[-1].dims.extend([-7]),
        lambda model: model.graph.initializer[-1].ClearField("raw_data"),
        lambda model: setattr(model.graph.initializer[-1], "data_type", 99),
        lambda model: setattr(model.opset_import[0], "version", 10**6),
        lambda model: setattr(model, "ir_version", 10**6),
        lambda model: setattr(model.graph.node[0], "op_type", "RunProgram"),
        lambda model: setattr(model.graph.node[0], "domain", "com.evil"),
        lambda model: model.graph.ClearField("output"),
        lambda model: model.graph.ClearField("input"),
        lambda model: model.graph.ClearField("node"),
        lambda model: model.graph.input[0].type.tensor_type.shape.dim[1].__setattr__("dim_value", 7),
        lambda model: model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [2**40])),
        lambda model: model.graph.output[0].__setattr__("name", "other"),
    ]
    return LIGHT, with_graph(files, changes[rng.integers(len(changes))])


def no_protocol(files, rng, sentinel):
    kinds = [b"\x0a" * 9_999, b"\x3a\xff\xff\xff\xff\x7f", b"\x3a\x00\x3a\x00", b"\x08" + b"\xff" * 20, b"\x3b\x3c"]
    kinds += [b"\x3a\x02\x0a\x00" * 5, onnx.ModelProto().SerializeToString() or b"\x08\x08"]
    nested = b""
    for _ in range(500):
        size = len(nested)
        length = bytes([size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14])
        nested = b"\x3a" + length + nested
    kinds.append(nested)
    return LIGHT, signed({**files, GRAPH: kinds[rng.integers(len(kinds))]})


KINDS = (
    *(flipped_bit_of_graph, flipped_bits_of_weights, nested_zip, bomb_by_other_means, link_in_zip, place_of_windows),
    *(names_alike, overlapping_entries, lying_directory, odd_json, odd_encoding, odd_number, odd_input, odd_styles),
    *(odd_years, overlapping_tensors, odd_header, odd_text_of_header, other_numbers, odd_graph, no_protocol),
)


def crafted(files, number, sentinel):
    """The kind, who must refuse it, and the bytes of a mutation; the same for a number whenever it is asked for."""
    rng = np.random.default_rng(number)
    kind = KINDS[number % len(KINDS)]
    readers, content = kind(files, rng, sentinel)
    return kind.__name__, readers, content
