"""A small museum on this machine: manifests of both versions, image services of several levels, and trouble."""

import io
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

SIZED = re.compile(r"^(/iiif)?/image(?P<version>[123])/(?P<name>[^/]+)/full/(?P<size>[^/]+)/0/(default|native)\.jpg$")
INFO = re.compile(r"^(/iiif)?/image(?P<version>[123])/(?P<name>[^/]+)/info\.json$")


class Museum:
    """`with Museum() as museum:` serves what was hung up in it until the block ends."""

    def __init__(self):
        self.pictures = {}  # name -> Image
        self.levels = {}  # name -> level of its service; 2 where nothing is said
        self.answers = {}  # path -> what is answered, one after the other; the last one stays
        self.requests = []  # paths in the order in which they were asked for
        self.agents = set()

    def __enter__(self):
        museum = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                museum.requests.append(self.path)
                museum.agents.add(self.headers["User-Agent"])
                try:
                    museum.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, part):
        """The requests whose path has the part."""
        return [path for path in self.requests if part in path]

    # what there is

    def hang(self, name, colour=(200, 30, 30), size=(120, 80), level=2):
        """Hang up a picture, with a service of that level."""
        picture = Image.new("RGB", size, colour)
        picture.paste((10, 10, 10), (0, 0, size[0] // 3, size[1] // 2))
        self.pictures[name] = picture
        self.levels[name] = level

    def put(self, path, *answers):
        """Let a path answer JSON (a dictionary), a JPEG (bytes), (status, headers, body), or what a function writes."""
        self.answers[path] = list(answers)
        return self.url + path

    def service(self, name, version, level=None):
        level = self.levels[name] if level is None else level
        address = f"{self.url}/image{version}/{name}"
        if version == 3:
            return {"id": address, "type": "ImageService3", "profile": f"level{level}"}
        context = f"http://iiif.io/api/image/{version}/context.json"
        return {"@context": context, "@id": address, "profile": f"http://iiif.io/api/image/{version}/level{level}.json"}

    def manifest_3(self, path, names, *, metadata=None, label="A painting", canvas_metadata=None, **more):
        """A manifest of version 3 with a canvas for each picture."""
        items = []
        for name in names:
            canvas = f"{self.url}{path}/canvas/{name}"
            width, height = self.pictures[name].size
            body = {"id": f"{self.url}/image3/{name}/full/max/0/default.jpg", "type": "Image", "format": "image/jpeg"}
            body |= {"width": width, "height": height, "service": [self.service(name, 3)]}
            annotation = {"id": f"{canvas}/page/1/painting", "type": "Annotation", "motivation": "painting"}
            annotation |= {"body": body, "target": canvas}
            page = {"id": f"{canvas}/page/1", "type": "AnnotationPage", "items": [annotation]}
            item = {"id": canvas, "type": "Canvas", "label": {"none": [name]}, "width": width, "height": height}
            item["items"] = [page]
            if canvas_metadata:
                item["metadata"] = fields_3(canvas_metadata[name])
            items.append(item)
        node = {"@context": "http://iiif.io/api/presentation/3/context.json", "id": self.url + path, "type": "Manifest"}
        node |= {"label": {"en": [label]}, "items": items, **more}
        if metadata:
            node["metadata"] = fields_3(metadata)
        self.put(path, node)
        return self.url + path

    def manifest_2(self, path, names, *, metadata=None, label="A painting", **more):
        """A manifest of version 2 with a canvas for each picture."""
        canvases = []
        for name in names:
            canvas = f"{self.url}{path}/canvas/{name}"
            width, height = self.pictures[name].size
            resource = {"@id": f"{self.url}/image2/{name}/full/full/0/default.jpg", "@type": "dctypes:Image"}
            resource |= {"width": width, "height": height, "service": self.service(name, 2)}
            image = {"@type": "oa:Annotation", "motivation": "sc:painting", "resource": resource, "on": canvas}
            canvases.append({"@id": canvas, "@type": "sc:Canvas", "label": name, "images": [image]})
        node = {"@context": "http://iiif.io/api/presentation/2/context.json", "@id": self.url + path}
        node |= {"@type": "sc:Manifest", "label": label, "sequences": [{"@type": "sc:Sequence", "canvases": canvases}]}
        node |= more
        if metadata:
            node["metadata"] = [{"label": name, "value": value} for name, value in metadata.items()]
        self.put(path, node)
        return self.url + path

    def collection_3(self, path, addresses, **more):
        kinds = [("Collection" if "collection" in address else "Manifest", address) for address in addresses]
        items = [{"id": address, "type": kind, "label": {"en": ["one"]}} for kind, address in kinds]
        return self.put(path, {"id": self.url + path, "type": "Collection", "items": items, **more})

    # how it answers

    def answer(self, handler):
        path = handler.path.partition("?")[0]
        if path in self.answers:
            answers = self.answers[path]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            self.give(handler, answer)
        elif match := INFO.match(path):
            self.give(handler, self.info(match["name"], int(match["version"])))
        elif match := SIZED.match(path):
            self.give(handler, self.scaled(match["name"], match["size"]))
        else:
            self.give(handler, (404, {}, b"nothing here"))

    def give(self, handler, answer):
        if callable(answer):
            answer(handler)
            return
        if isinstance(answer, dict):
            answer = (200, {"Content-Type": "application/json"}, json.dumps(answer).encode())
        elif isinstance(answer, bytes):
            answer = (200, {"Content-Type": "image/jpeg"}, answer)
        status, headers, body = answer
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def info(self, name, version):
        width, height = self.pictures[name].size
        node = self.service(name, version)
        node |= {"protocol": "http://iiif.io/api/image", "width": width, "height": height}
        if self.levels[name] == 0:
            node["sizes"] = [{"width": width // n, "height": height // n} for n in (4, 2, 1)]
        return node

    def scaled(self, name, size):
        """The picture in the size asked for, or an error: level 0 has its fixed sizes only, nothing is enlarged."""
        picture = self.pictures.get(name)
        if picture is None:
            return 404, {}, b"no such picture"
        width, height = picture.size
        if size in ("max", "full"):
            return jpeg(picture)
        is_confined = size.startswith("!")
        wanted_width, _, wanted_height = size.lstrip("!").partition(",")
        if is_confined:
            scale = min(1, int(wanted_width) / width, int(wanted_height) / height)
            wanted_width = round(width * scale)
        is_fixed = int(wanted_width) in [width // n for n in (1, 2, 4)]
        if int(wanted_width) > width or (self.levels[name] == 0 and not is_fixed):
            return 400, {}, b"no such size"
        return jpeg(picture.resize((int(wanted_width), max(1, round(height * int(wanted_width) / width)))))


def fields_3(metadata):
    return [{"label": {"en": [name]}, "value": {"en": [value]}} for name, value in metadata.items()]


def jpeg(picture):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def slowly(body, seconds, n_parts=20):
    """An answer that comes in parts, in so many seconds altogether."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "image/jpeg")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        step = len(body) // n_parts + 1
        for start in range(0, len(body), step):
            handler.wfile.write(body[start : start + step])
            handler.wfile.flush()
            time.sleep(seconds / n_parts)

    return answer


def broken_off(body):
    """An answer that announces all bytes and ends in their middle."""

    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "image/jpeg")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return answer


def redirect(target, status=302):
    return status, {"Location": target}, b""


def paintings_of(museum, folder, *, most_per_style):
    """Hang up the pictures of style folders; returns (name, style, author, title) of each."""
    works = []
    for style in sorted(Path(folder).iterdir()):
        files = sorted(style.glob("*.jpg"))[:most_per_style] if style.is_dir() else []
        for file in files:
            author, _, title = file.stem.partition("_")
            name = f"{style.name}-{file.stem}"
            museum.pictures[name] = Image.open(file).convert("RGB")
            museum.levels[name] = 2
            works.append((name, style.name, author, title))
    return works
