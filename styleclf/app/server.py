"""The page served: to this machine alone unless asked otherwise, and with nothing fetched from elsewhere."""

import errno
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from styleclf.app.decisions import DecisionTable
from styleclf.app.engines import open_engine
from styleclf.app.events import Events
from styleclf.app.folder import ReviewFolder, check_review_folder
from styleclf.app.neighbours import TrainingPaintings
from styleclf.app.options import THIS_MACHINE, AppOptions
from styleclf.app.page import gradio_module, look_of_page, page_of
from styleclf.app.review_order import ReviewOrder, read_review_order
from styleclf.common import alone_in, check_folder, conclude, count_of, note, say

_DECISIONS_FILE = "decisions.csv"
_MEGABYTE_OF_GRADIO = 2**20  # bytes: by these its message counts; a little more than ours, who refuse the rest
_LOCAL_NAMES = ["127.0.0.1", "localhost", "[::1]"]
_POLICY = (  # of what a browser may ask for: only this server, whatever the page's packages would like
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


def start_app(options: AppOptions) -> None:
    """Serve the app until somebody interrupts it.

    Raises ValueError or OSError, in one sentence, for whatever is wrong before: no model, a port in use, Gradio not
    installed, a table of decisions that somebody has edited.
    """
    if options.with_review:
        check_folder(options.out)
    if options.review is not None:
        check_review_folder(options.review)
    _silence_gradio()
    if find_spec("gradio") is None:  # importing it takes seconds, and waits until all else is right
        gradio_module()
    with ExitStack() as stack:
        listening = stack.enter_context(listening_socket(options.host, options.port))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="styleclf-app-"))
        if options.with_review:
            stack.enter_context(alone_in(options.out, "a review"))
        events = make_events(options, Path(folder))
        os.environ["GRADIO_TEMP_DIR"] = str(Path(folder) / "dropped")
        application = web_application(events, options)
        host, port = listening.getsockname()[:2]
        _say_address(options, host, port)
        _serve(application, listening)


def _silence_gradio() -> None:
    """Keep Gradio from asking or reporting anything elsewhere; to be called before it is imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["GRADIO_SSR_MODE"] = "False"


@contextmanager
def listening_socket(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens there; port 0 is any free one. Raises OSError, in one sentence, where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        if os.name == "posix":  # a port of a server that has just ended is free; on Windows it would mean another thing
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen()
        except (OSError, OverflowError) as error:
            raise OSError(_reason_of_bind(error, host, port)) from error
        yield listening


def _reason_of_bind(error: Exception, host: str, port: int) -> str:
    """Why nothing can listen there, and what to do."""
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"port {port} of {host} is in use, perhaps by another app: end that one, or name another, --port {port + 1}"
        )
    if number == errno.EACCES:
        return f"port {port} is reserved for the system: name one above 1024, --port 7860"
    if isinstance(error, socket.gaierror) or number == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: leave --host out, or give 0.0.0.0 for all of its addresses"
    return f"the app cannot listen on port {port} of {host} ({error}): name another one, --port 7861"


def make_events(options: AppOptions, folder: Path) -> Events:
    """All that a running app knows. Raises what `start_app` raises."""
    table = DecisionTable(options.out / _DECISIONS_FILE) if options.with_review else None
    engine = open_engine(options.model, light=options.light)
    review_folder = ReviewFolder(engine, options.review) if options.review else None
    order = _order_of(options, review_folder)
    paintings = None
    if options.design:
        paintings = TrainingPaintings(
            engine,
            options.design,
            options.images or "",
            unseen_fold=options.unseen_fold,
            kept_in=options.out / "training-embeddings.npz",
        )
    if review_folder is not None:
        ranks = order.ranks if order else {}
        review_folder.start(ranks, order.reasons if order else {})
    return Events(
        engine,
        folder,
        limits=options.limits,
        table=table,
        review_folder=review_folder,
        order=order,
        paintings=paintings,
    )


def _order_of(options: AppOptions, review_folder: ReviewFolder | None) -> ReviewOrder | None:
    """The order of the review that a table gives, if there is one."""
    if not options.queue:
        return None
    if review_folder is None:
        raise ValueError("--queue gives the order of a folder's pictures: name the folder, --review")
    order = read_review_order(options.queue, review_folder.names)
    if order.n_unknown:
        n_files = count_of(order.n_unknown, "file")
        note(f"{n_files} of {options.queue} are not in {options.review}, and are passed over")
    return order


def web_application(events: Events, options: AppOptions) -> Any:
    """The web application: the page, and the table of decisions to download."""
    gr = gradio_module()
    import fastapi
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    application = fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    if events.table is not None:
        application.get(f"/{_DECISIONS_FILE}")(lambda: _decisions_response(events.table))
    gr.mount_gradio_app(
        application,
        page_of(events),
        path="/",
        max_file_size=options.limits.megabytes * _MEGABYTE_OF_GRADIO,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        pwa=False,
        show_error=True,
        **look_of_page(),
    )
    application.add_middleware(_WithHeaders)
    if options.host == THIS_MACHINE:  # a page from elsewhere may not pass for this machine
        application.add_middleware(TrustedHostMiddleware, allowed_hosts=_LOCAL_NAMES)
    return application


def _decisions_response(table: DecisionTable | None) -> Any:
    """The table of decisions as a file to download."""
    from fastapi import Response

    content = b""
    if table is not None and table.path.is_file():
        content = table.path.read_bytes()
    headers = {"content-disposition": f'attachment; filename="{_DECISIONS_FILE}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


class _WithHeaders:
    """Adds headers to every answer of a web application."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""

        async def send_with_headers(message: Any) -> None:
            """Send a part of the answer, its beginning with the headers."""
            if message["type"] == "http.response.start":
                message = dict(message)
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _say_address(options: AppOptions, host: str, port: int) -> None:
    """Say where the app is, and open it in a browser if asked to."""
    reachable = THIS_MACHINE if host in ("0.0.0.0", "::") else host
    address = f"http://{reachable}:{port}"
    conclude(f"the app is at {address} (Ctrl-C ends it)")
    if options.with_review:
        say(f"decisions: {options.out / _DECISIONS_FILE}")
    if options.host != THIS_MACHINE:
        note(f"whoever reaches port {port} of this machine can use it, without a password")
    if options.browser:
        import webbrowser

        if not webbrowser.open(address):
            note(f"no browser could be opened here: type {address} into one")


def _serve(application: Any, listening: socket.socket) -> None:
    """Answer requests until somebody interrupts, which is how an app ends."""
    import uvicorn

    config = uvicorn.Config(application, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        say("the app has ended")
